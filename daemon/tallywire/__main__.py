"""`python -m tallywire` is `tallywire`."""

from tallywire.cli.main import main

main()

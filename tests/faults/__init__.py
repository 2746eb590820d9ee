"""The fault harness: a real daemon in a real home, and what can happen to it.

    storm.py     seeded rounds of files, faults and kills over several homes at once; also a command of its own
    faults.py    what can happen, each as a context: bad inside, mended after
    accounts.py  the books that must be right at any moment, and once everything has settled
    nursery.py   daemons whose imports are behind them, so that kills hit what matters
    test_*.py    kills, disks, clocks, damage, rough treatment, each case by itself

`make test` runs the short forms, `make faults` the long ones. A storm prints its seed; FAULTS_SEED=n in the environment
of either gives that storm again, as does

    python -m tests.faults.storm --homes 8 --kills 1000 --files 2000 --seed n

which keeps the homes when something is wrong. The seed decides what happens in which order; the microsecond in which a
kill hits is the machine's, so a failure may take several tries to come back. Full and read-only disks are small file
systems of their own and need the right to mount; without it those tests skip and say so.
"""

"""Every parser under fire for as long as the command line says: `make fuzz SECONDS=600`."""

"""The demonstration: sample articles written for this project, and the run that drops them one by one."""

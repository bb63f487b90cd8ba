"""A rule gives somebody a task (任务): to correct, to look into, to call back; done, late or taken back in sight."""

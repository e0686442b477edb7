"""The playbook as a whole: bringing texts in, taking them out, working out what is derived, checking it."""

"""Talk: threads and comments. Knows nothing of what it hangs on."""

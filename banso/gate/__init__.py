"""The draft gate: what each sentence of a draft rests on, promises or gives away, before a person reads it."""

"""What the gate says to people, one YAML file a language."""

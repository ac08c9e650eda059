"""What nothing answers: knowledge gaps, counted, and questions to colleagues. Nothing here reaches a customer."""

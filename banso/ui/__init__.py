"""The Gradio screens, one tab a file: pure presenters below, a thin shell above."""

"""The LangGraph copilot: question in, cited answer or waiting draft out."""

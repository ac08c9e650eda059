"""Accounts, contacts, contracts and usage: the CRM protocol and the embedded CRM."""

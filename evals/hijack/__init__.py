"""The suite `hijack`: a chat model that obeys every order it reads, over a corpus full of orders."""

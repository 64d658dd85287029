"""The pages: HTML that the service renders itself, read without JavaScript, and each state of them in its URL."""

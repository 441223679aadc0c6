"""How well a machine voice is understood: notices are spoken, a recognizer writes them down, the words are compared."""

"""The words of the newsroom as values: frozen, without behaviour that touches the world. Standard library only."""

"""The room: where kit, store, forms and policy are joined for people at work."""

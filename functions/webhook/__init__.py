"""Tells other systems what happens in the desk: signs announcements and sends them, and asks X for nothing."""

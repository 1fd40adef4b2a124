# accessible.py - a running program as a screen reader sees it
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the accessible objects of a program on the AT-SPI bus by role and name, and presses them. Plain D-Bus calls, nothing cached:
what it tells is what is there now."""
import time

from gi.repository import Gio, GLib

ATSPI = "org.a11y.atspi."
PROPERTIES = "org.freedesktop.DBus.Properties"
# Numbers of AtspiRole and bits of AtspiStateType, which the protocol fixes.
ROLES = {11: "combo box", 23: "frame", 16: "dialog", 27: "image", 29: "label", 32: "list item", 43: "button", 51: "slider", 52: "spin button",
         61: "text", 62: "toggle button", 75: "application", 7: "check box", 79: "text", 98: "list box", 130: "switch"}
CONTROLS = {"button", "toggle button", "check box", "combo box", "spin button", "text", "switch", "list item", "table cell"}
FOCUSED, SENSITIVE, VISIBLE = 12, 24, 30


class Gone(Exception):
    """The object went away, or the call cannot be answered."""


class Node:
    def __init__(self, desktop, reference):
        self.desktop, self.reference = desktop, reference
        answer = desktop.call(reference, PROPERTIES, "GetAll", GLib.Variant("(s)", (ATSPI + "Accessible",)))
        facts = answer[0] if answer else {}
        self.name, self.description = facts.get("Name", ""), facts.get("Description", "")
        number = desktop.call(reference, ATSPI + "Accessible", "GetRole")[0]
        self.role = ROLES.get(number, f"role {number}")
        low, high = desktop.call(reference, ATSPI + "Accessible", "GetState")[0]
        bits = low | high << 32
        self.focused = bool(bits >> FOCUSED & 1)
        self.sensitive, self.visible = bool(bits >> SENSITIVE & 1), bool(bits >> VISIBLE & 1)

    def children(self):
        return self.desktop.call(self.reference, ATSPI + "Accessible", "GetChildren")[0]

    def press(self):
        if not self.desktop.call(self.reference, ATSPI + "Action", "DoAction", GLib.Variant("(i)", (0,)))[0]:
            raise Gone(f"{self} has no action")

    def text(self):
        """What it holds; its name if it holds no text."""
        try:
            count = self.desktop.call(self.reference, PROPERTIES, "Get", GLib.Variant("(ss)", (ATSPI + "Text", "CharacterCount")))[0]
            return self.desktop.call(self.reference, ATSPI + "Text", "GetText", GLib.Variant("(ii)", (0, count)))[0]
        except Gone:
            return self.name

    def __str__(self):
        return f"{self.role} “{self.name}”"


class Desktop:
    """All programs on the accessibility bus of this session."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                    Gio.DBusCallFlags.NONE, 60000, None).unpack()[0]
        session.call_sync("org.a11y.Bus", "/org/a11y/bus", PROPERTIES, "Set",
                          GLib.Variant("(ssv)", ("org.a11y.Status", "IsEnabled", GLib.Variant("b", True))), None,
                          Gio.DBusCallFlags.NONE, 60000, None)
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)

    def call(self, reference, interface, method, arguments=None):
        try:
            return self.bus.call_sync(reference[0], reference[1], interface, method, arguments, None,
                                      Gio.DBusCallFlags.NO_AUTO_START, 20000, None).unpack()
        except GLib.Error as error:
            raise Gone(error.message) from None

    def nodes(self):
        """Every visible object, parents before children; those that go away meanwhile are left out."""
        try:
            registry = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
            todo = list(self.call(registry, ATSPI + "Accessible", "GetChildren")[0])
        except Gone:   # the first program starts it
            todo = []
        while todo:
            try:
                node = Node(self, todo.pop(0))
                if node.visible or node.role == "application":
                    yield node
                    todo = list(node.children()) + todo
            except Gone:
                pass

    def find(self, role, name, seconds=60):
        """The first object of that role (None: any) whose name, with or without the mark of a mnemonic, begins with @name; waits for it."""
        end = time.monotonic() + seconds
        while True:
            for node in self.nodes():
                if role in (None, node.role) and (node.name.startswith(name) or node.name.replace("_", "").startswith(name)):
                    return node
            if time.monotonic() > end:
                raise AssertionError(f"no {role or 'object'} “{name}” after {seconds} s")
            time.sleep(0.2)

    def has(self, role, name):
        return any(role in (None, node.role) and node.name.startswith(name) for node in self.nodes())

    def nameless(self):
        """Controls that a screen reader could not name, or only by the class of the widget."""
        return [node for node in self.nodes()
                if node.role in CONTROLS and node.sensitive and (not node.name.strip() or node.name.startswith(("Gtk", "Adw", "Pwk")))]

#!/usr/bin/env python3
# emitters.py - events that say something else than event-kinds.def must not compile
# SPDX-License-Identifier: GPL-3.0-or-later
"""emitters.py SOURCE_ROOT COMPILER… : emits and reads events rightly and wrongly, and asks the compiler."""

import subprocess
import sys
import unittest

ROOT, COMPILER = sys.argv[1], sys.argv[2:]

FRAME = """
#include "engine/core/emit.h"
#include "engine/core/event-args.h"
uint64_t told (PwkMachine *machine, const PwkEvent *event);
uint64_t
told (PwkMachine *machine, const PwkEvent *event)
{
  return %s;
}
"""


def compiles(expression):
    flags = subprocess.run(["pkg-config", "--cflags", "glib-2.0"], capture_output=True, text=True, check=True).stdout.split()
    done = subprocess.run(COMPILER + ["-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
                                      "-D_GNU_SOURCE", "-DPWK_ASSERT_LEVEL=1", "-I", ROOT + "/src"] + flags + ["-xc", "-"],
                          input=FRAME % expression, capture_output=True, text=True)
    return done.returncode == 0


class Emitters(unittest.TestCase):
    def test_right(self):
        self.assertTrue(compiles("pwk_emit_split (machine, 8, 2, 12, 1, 0, 0)"))
        self.assertTrue(compiles("pwk_emit_zone_skip (machine, 0, 1, PWK_ZONE_SKIP_NO_BLOCK)"))
        self.assertTrue(compiles("pwk_arg (event, SPLIT, order)"))

    def test_too_few(self):
        self.assertFalse(compiles("pwk_emit_split (machine, 8, 2, 12)"))

    def test_too_many(self):
        self.assertFalse(compiles("pwk_emit_split (machine, 8, 2, 12, 1, 0, 0, 0)"))

    def test_another_reason(self):
        self.assertFalse(compiles("pwk_emit_zone_skip (machine, 0, 1, PWK_MERGE_BOTH)"))

    def test_text_for_a_string(self):
        self.assertFalse(compiles('pwk_emit_kmem_cache_destroy (machine, "kmalloc-64")'))

    def test_no_such_field(self):
        self.assertFalse(compiles("pwk_arg (event, SPLIT, colour)"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

/* test-strace.c - recordings of strace's, made as README and manual page recommend
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "cli-test.h"

/* "strace -f -e trace=memory,process,openat,close": a shell, a child that runs ls, one that runs nothing. */
static const char recording[] =
  "4711 execve(\"/usr/bin/sh\", [\"sh\"], 0x7fffa63f7240 /* 37 vars */) = 0\n"
  "4711 brk(NULL)                         = 0x2992f000\n"
  "4711 openat(AT_FDCWD, \"/lib/libc.so.6\", O_RDONLY|O_CLOEXEC) = 3\n"
  "4711 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f1352763000\n"
  "4711 close(3)                          = 0\n"
  "4711 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f13) = 4712\n"
  "4712 execve(\"/usr/bin/ls\", [\"ls\"], 0x7fffa63f7240 /* 37 vars */) = 0\n"
  "4711 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f13) = 4713\n"
  "4713 brk(NULL)                         = 0x2992f000\n";

/* The picture of a view at the end of the recording. Caller frees. */
static char *
picture_of (const char *view)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-strace.svg", NULL);
  g_autofree char *arguments = g_strdup_printf ("run --quiet --export %s=%s -", view, path);
  g_auto(CliAnswer) answer = cli_call (arguments, recording);
  char *picture = NULL;

  g_assert_cmpstr (answer.err, ==, "");
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_true (g_file_get_contents (path, &picture, NULL, NULL));
  g_unlink (path);
  return picture;
}

/* A process is called by its program, as the kernel does, and its number stands once beside it. */
static void
test_processes (void)
{
  g_autofree char *picture = picture_of ("overview");
  g_auto(CliAnswer) growth = cli_call ("growth -", recording);

  g_assert_nonnull (strstr (picture, ">sh (4713)<"));
  g_assert_nonnull (strstr (growth.out, "  sh 4711"));
  g_assert_nonnull (strstr (growth.out, "  ls 4712"));
}

/* Programs that read events tell processes apart. */
static void
test_events (void)
{
  g_auto(CliAnswer) answer = cli_call ("run --quiet --events - -", recording);

  g_assert_nonnull (strstr (answer.out, "\"who\":\"4712\""));
}

static void
test_files (void)
{
  g_autofree char *picture = picture_of ("address-space");

  g_assert_nonnull (strstr (picture, "/lib/libc.so.6"));
}

/* strace without -f gives no numbers. */
static void
test_without_numbers (void)
{
  g_auto(CliAnswer) answer = cli_call ("growth -", "execve(\"/usr/bin/true\", [\"true\"], 0x7fffa63f7240 /* 37 vars */) = 0\n"
                                                   "brk(NULL) = 0x2992f000\nbrk(0x29950000) = 0x29950000\n");

  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.out, "  true "));
}

int
main (int argc, char **argv)
{
  cli_test_init (&argc, &argv);
  g_test_add_func ("/cli/strace/processes", test_processes);
  g_test_add_func ("/cli/strace/events", test_events);
  g_test_add_func ("/cli/strace/files", test_files);
  g_test_add_func ("/cli/strace/without-numbers", test_without_numbers);
  return g_test_run ();
}

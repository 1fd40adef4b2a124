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

/* Memory that two mappings of a segment share, a file that lost its name, a shadow stack: each is a region from its call on, and goes. */
static void
test_kinds_of_memory (void)
{
  static const char text[] =
    "7 shmget(0x1234, 8192, IPC_CREAT|0600) = 5\n"
    "7 shmat(5, NULL, SHM_RDONLY) = 0x7f0000000000\n"
    "7 shmat(5, NULL, 0) = 0x7f0000010000\n"
    "7 mprotect(0x7f0000000000, 4096, PROT_NONE) = 0\n"
    "7 shmdt(0x7f0000000000) = 0\n"
    "7 mmap(NULL, 8192, PROT_READ, MAP_SHARED, 3</a>, 0) = 0x7f0000200000\n"
    "7 remap_file_pages(0x7f0000200000, 4096, 0, 1, 0) = 0\n"
    "7 map_shadow_stack(0, 4096, 0) = 0x7f0000300000\n";
  g_auto(CliAnswer) answer = cli_call ("run --check --quiet --events - -", text);

  g_assert_cmpstr (answer.err, ==, "");
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.out, "\"start\":\"0x7f0000001000\""));
  g_assert_null (strstr (answer.out, "\"kind\":\"assumed\",\"start\""));
}

/* Nothing that matters is lost without a word, and the end counts it; the exit status is as if nothing were. */
static void
test_losses (void)
{
  static const char text[] =
    "7 mbind(0x7f0000200000, 4096, MPOL_BIND, [0x1], 64, 0) = 0\n"
    "7 shmat(9, NULL, 0) = 0x7f0000100000\n"
    "7 mmap(NULL, 8192, PROT_READ, MAP_WHAT, -1, 0) = 0x7f0000400000\n"
    "7 mmap(NULL, 8192, PR\n";
  g_auto(CliAnswer) answer = cli_call ("run -", text);

  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.err, "standard input:1:3: note: mbind is not simulated"));
  g_assert_nonnull (strstr (answer.err, "standard input:2:3: note: how large segment 9 is"));
  g_assert_nonnull (strstr (answer.err, "standard input:3:3: note: the arguments of this mmap"));
  g_assert_nonnull (strstr (answer.err, "standard input:4:3: note: this mmap cannot be read"));
  g_assert_true (g_str_has_suffix (answer.err, "4 calls of the record that change memory were not followed\n"));
}

int
main (int argc, char **argv)
{
  cli_test_init (&argc, &argv);
  g_test_add_func ("/cli/strace/processes", test_processes);
  g_test_add_func ("/cli/strace/events", test_events);
  g_test_add_func ("/cli/strace/files", test_files);
  g_test_add_func ("/cli/strace/without-numbers", test_without_numbers);
  g_test_add_func ("/cli/strace/kinds-of-memory", test_kinds_of_memory);
  g_test_add_func ("/cli/strace/losses", test_losses);
  return g_test_run ();
}

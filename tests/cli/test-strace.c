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

/* Advice for another process, which a descriptor names: made by pidfd_open (), by strace -y's words, or by a number that means oneself. */
static void
test_process_madvise (void)
{
  static const char text[] =
    "8 mmap(NULL, 16384, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n"
    "7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n"
    "7 pidfd_open(8, 0) = 3\n"
    "7 process_madvise(3, [{iov_base=0x7f0000000000, iov_len=4096}, {iov_base=0x7f0000002000, iov_len=8192}], 2, MADV_PAGEOUT, 0) = 12288\n"
    "7 process_madvise(4<pid:8>, [{iov_base=0x7f0000001000, iov_len=4096}], 1, MADV_COLD, 0) = 4096\n"
    "7 process_madvise(-10000, [{iov_base=0x7f0000000000, iov_len=4096}], 1, MADV_DONTNEED, 0) = 4096\n"
    "7 close(3) = 0\n";
  static const char lost[] =
    "7 process_madvise(3, [{iov_base=0x7f0000000000, iov_len=4096}], 1, MADV_COLD, 0) = 4096\n"
    "7 process_madvise(4<pid:7>, 0x7ffd00, 1, MADV_COLD, 0) = 4096\n";
  g_auto(CliAnswer) answer = cli_call ("run --check --quiet --events - -", text);
  g_auto(CliAnswer) second = cli_call ("run --quiet -", lost);

  g_assert_cmpstr (answer.err, ==, "");
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.out, "\"kind\":\"madvise\""));
  g_assert_nonnull (strstr (answer.out, "\"start\":\"0x7f0000002000\""));
  g_assert_null (strstr (answer.out, "\"kind\":\"assumed\",\"start\""));
  g_assert_nonnull (strstr (second.err, "standard input:1:3: note: which process this process_madvise is about"));
  g_assert_nonnull (strstr (second.err, "standard input:2:3: note: which process this process_madvise is about"));
}

/* Programs of other architectures: their calls have other names, and their addresses other places. */
static void
test_architectures (void)
{
  static const char i386[] =
    "[ Process PID=71 runs in 32 bit mode. ]\n"
    "71 old_mmap({addr=NULL, len=4096, prot=PROT_READ|PROT_WRITE, flags=MAP_PRIVATE|MAP_ANONYMOUS, fd=-1, offset=0}) = 0xf7f0a000\n"
    "71 mmap2(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0xfffffffff7f06000\n"
    "71 munmap(0xf7f06000, 8192) = 0\n";
  static const char arm[] =
    "71 brk(NULL) = 0xaaaae1b3c000\n"
    "71 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0xffff8c4f2000\n"
    "71 mprotect(0xffff8c4f2000, 4096, PROT_READ) = 0\n";
  g_auto(CliAnswer) answer = cli_call ("run --check -", i386);
  g_auto(CliAnswer) second = cli_call ("run --check -", arm);

  g_assert_cmpstr (answer.err, ==, "");
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.out, "munmap(0xf7f06000, 8192) = 0\n"));
  g_assert_cmpstr (second.err, ==, "");
  g_assert_cmpint (second.status, ==, 0);
}

/* Nothing that matters is lost without a word, and the end counts it; the exit status is as if nothing were. */
static void
test_losses (void)
{
  static const char text[] =
    "7 mseal(0x7f0000200000, 4096, 0) = 0\n"
    "7 shmat(9, NULL, 0) = 0x7f0000100000\n"
    "7 mmap(NULL, 8192, PROT_READ, MAP_WHAT, -1, 0) = 0x7f0000400000\n"
    "7 mmap(NULL, 8192, PR\n";
  g_auto(CliAnswer) answer = cli_call ("run -", text);

  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.err, "standard input:1:3: note: mseal is not simulated"));
  g_assert_nonnull (strstr (answer.err, "standard input:2:3: note: how large segment 9 is"));
  g_assert_nonnull (strstr (answer.err, "standard input:3:3: note: the arguments of this mmap"));
  g_assert_nonnull (strstr (answer.err, "standard input:4:3: note: this mmap cannot be read"));
  g_assert_true (g_str_has_suffix (answer.err, "4 calls of the record that change memory were not followed\n"));
}

/* NUMA calls do to this machine what they did to theirs: policies by task and by range, a home node, pages that move alone and all together.
 * Pages whose nodes the record tells had been used; who was allowed what only root is, is root. */
static void
test_numa (void)
{
  static const char text[] =
    "machine(results=recorded, memory=1G, nodes=2)\n"
    "7 mbind(0x7f0000200000, 8192, MPOL_BIND, [0x0000000000000002], 1024, 0) = 0\n"
    "7 set_mempolicy(MPOL_INTERLEAVE, [0x0000000000000003], 64) = 0\n"
    "7 set_mempolicy_home_node(0x7f0000201000, 4096, 1, 0) = 0\n"
    "7 move_pages(0, 3, [0x7f0000200000, 0x7f0000201000, 0x7f0000300000], [0, 0, 1], [0, -ENOENT, 1], MPOL_MF_MOVE) = 0\n"
    "numa_maps(7) == <<END\n"
    "7f0000200000 bind:1 anon=1 dirty=1 active=0 N0=1 kernelpagesize_kB=4\n"
    "7f0000201000 bind:1\n"
    "7f0000300000 interleave:0-1 anon=1 dirty=1 active=0 N1=1 kernelpagesize_kB=4\n"
    "END\n"
    "7 migrate_pages(0, 64, [0x0000000000000002], [0x0000000000000001]) = 0\n"
    "page_nodes(7, 0x7f0000300000, 4K) == <<END\n"
    "7f0000300000-7f0000301000 0\n"
    "END\n"
    "9 get_mempolicy([MPOL_BIND], [0x0000000000000001], 1024, NULL, 0) = 0\n"
    "9 move_pages(7<cat>, 1, [0x7f0000300000], [1], [1], MPOL_MF_MOVE_ALL) = 0\n"
    "page_nodes(7, 0x7f0000300000, 4K) == <<END\n"
    "7f0000300000-7f0000301000 1\n"
    "END\n"
    "9 mbind(0x7f0000200000, 4096, MPOL_DEFAULT, NULL, 0, MPOL_MF_MOVE_ALL) = 0\n"
    "numa_maps(9) == <<END\n"
    "7f0000200000 bind:0\n"
    "END\n";
  g_auto(CliAnswer) answer = cli_call ("run --check -", text);

  g_assert_cmpstr (answer.err, ==, "");
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.out, "# assumed: 2 pages had been used before the record shows it\n"));
  g_assert_nonnull (strstr (answer.out, "# assumed: the process had this policy before the record shows it\n"));
}

/* What this machine has not, and what strace left out, is told; a mask that names nodes here beside others is taken as the kernel takes it. */
static void
test_numa_elsewhere (void)
{
  static const char text[] =
    "7 set_mempolicy(MPOL_BIND, [0x0000000000000002], 64) = 0\n"
    "7 move_pages(0, 40, [0x7f0000200000, 0x7f0000201000, ...], [0, 0, ...], [0, -ENOENT, ...], MPOL_MF_MOVE) = 0\n"
    "7 move_pages(0, 1, [0x7f0000200000], [3], [3], MPOL_MF_MOVE) = 0\n"
    "7 set_mempolicy(MPOL_INTERLEAVE, [0x0000000000000003], 64) = 0\n"
    "7 migrate_pages(0, 64, [0x0000000000000001], [0x0000000000000004]) = 3\n"
    "7 set_mempolicy(MPOL_BIND, [0x0000000000000002], 64) = -1 EINVAL (Invalid argument)\n";
  g_auto(CliAnswer) answer = cli_call ("run --check -", text);

  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.err, "standard input:1:3: note: the record names nodes that this machine does not have (it has 1)"));
  g_assert_nonnull (strstr (answer.err, "standard input:2:3: note: of the 40 pages of this move_pages the record shows 2"));
  g_assert_nonnull (strstr (answer.err, "standard input:3:3: note: the record names nodes"));
  g_assert_nonnull (strstr (answer.err, "standard input:5:3: note: the record names nodes"));
  g_assert_true (g_str_has_suffix (answer.err, "4 calls of the record that change memory were not followed\n"));
  g_assert_nonnull (strstr (answer.out, "# the record names nodes that this machine does not have (it has 1)"));
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
  g_test_add_func ("/cli/strace/process-madvise", test_process_madvise);
  g_test_add_func ("/cli/strace/architectures", test_architectures);
  g_test_add_func ("/cli/strace/losses", test_losses);
  g_test_add_func ("/cli/strace/numa", test_numa);
  g_test_add_func ("/cli/strace/numa-elsewhere", test_numa_elsewhere);
  return g_test_run ();
}

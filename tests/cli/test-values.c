/* test-values.c - what a scenario can ask a machine for: counts, rates, frames, answers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli-test.h"

#define MAPPED "machine(memory=64M)\nprocess(A)\n[A] mmap(0x10000000, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = p\n"

/* Runs @text, which must hold. */
static CliAnswer
run (const char *text)
{
  CliAnswer answer = cli_call ("run -", text);

  g_assert_cmpstr (answer.err, ==, "");
  g_assert_cmpint (answer.status, ==, 0);
  return answer;
}

static void
assert_has (const char *text, const char *part)
{
  if (!strstr (text, part))
    g_error ("“%s” is not in:\n%s", part, text);
}

/* Rates stand beside counts, and a statement lets the counts begin anew. */
static void
test_tlb_stats (void)
{
  g_auto(CliAnswer) answer = run (MAPPED "[A] store(p) = minor\nreset_stats()\n[A] load(p) = ok\n[A] load(p) = ok\n[A] load(p, 8) = ok\n"
                                  "[A] load(p + 4K) = minor\ntlb_stats()\nreset_stats(0)\ntlb_stats(0) == <<E\nl1i hits 0 misses 0 rate -\n"
                                  "l1d hits 0 misses 0 rate -\nstlb hits 0 misses 0 rate -\nwalks 0 instr 0 data 0\nrefs 0 per walk -\n"
                                  "refs without walk caches 0 per walk -\nE\n");

  assert_has (answer.out, "l1d hits 3 misses 2 rate 60.00%\nstlb hits 0 misses 2 rate 0.00%\nwalks 2 instr 0 data 2\n");
  assert_has (answer.out, "refs without walk caches 8 per walk 4.00\n");
  cli_check ("run --quiet -", "machine(memory=64M, cpus=2)\nreset_stats(2)\n", 1, "",
             "standard input:2:1: there is no cpu 2: the machine has 2\n");
}

/* Frames are told on request: a run is of frames that follow each other. */
static void
test_pfns (void)
{
  g_auto(CliAnswer) answer = run (MAPPED "[A] store(p) = minor\n[A] load(p + 4K) = minor\n[A] store(p + 8K) = minor\ntranslate(A, p)\n"
                                  "pagemap(A, p, 16K, pfns=on)\npagemap(A, p, 16K)\npage_tables(A, pfns=on)\npage_tables(A)\n");
  const char *page = strstr (answer.out, "MAPCNT  FLAGS\n");
  guint64 pfn = 0;
  g_autofree char *first = NULL, *leaf = NULL;

  g_assert_nonnull (page);
  g_assert_cmpint (sscanf (page + strlen ("MAPCNT  FLAGS\n"), "%*x %*x %" G_GUINT64_FORMAT, &pfn), ==, 1);
  first = g_strdup_printf ("\n10000000-10001000 present exclusive pfn %" G_GUINT64_FORMAT "\n10001000-10002000 present pfn ", pfn);
  leaf = g_strdup_printf ("0x0000000010000000-0x0000000010001000           4K USR RW                     NX pte pfn %" G_GUINT64_FORMAT "\n", pfn);
  assert_has (answer.out, first);
  assert_has (answer.out, "\n10003000-10004000 none\n");
  assert_has (answer.out, "\n10000000-10001000 present exclusive\n10001000-10002000 present\n");
  assert_has (answer.out, leaf);
  assert_has (answer.out, "NX pte\n");
  cli_check ("run --quiet -", "process(A)\npagemap(A, 0, 4K, pfns=maybe)\n", 1, "", "standard input:2:1: expected on or off, not “maybe”\n");
}

/* One file speaks to each in his language. */
static void
test_languages (void)
{
  static const char lesson[] = "step(\"The zones\", zh_CN=\"内存区\")\nsay(\"All is free.\", zh_CN=\"全部空闲。\", de=\"Alles ist frei.\")\n";
  g_auto(CliAnswer) english = run (lesson), chinese = cli_call_in ("zh_CN", "run -", lesson), german = cli_call_in ("de_AT", "run -", lesson);
  g_auto(CliAnswer) json = cli_call_in ("zh_CN", "run --json -", lesson);

  assert_has (english.out, "\n# The zones\n");
  assert_has (english.out, "\n# All is free.\n");
  assert_has (chinese.out, "\n# 内存区\n");
  assert_has (chinese.out, "\n# 全部空闲。\n");
  assert_has (german.out, "\n# Alles ist frei.\n");
  assert_has (json.out, "\"note\" : \"All is free.\"");
  cli_check ("run --quiet -", "say(\"a\", zh_cn=\"b\")\n", 2, "",
             "standard input:1:16: expected one of the arguments of say(): text, zh_CN=; there is none named “zh_cn”\n"
             "say(\"a\", zh_cn=\"b\")\n               ^\n");
  cli_check ("run --quiet -", "say(\"a\", zh_CN=5)\n", 2, "", NULL);
}

/* The answer to a question is found out when it is reached. */
static void
test_ask (void)
{
  g_auto(CliAnswer) answer = run (MAPPED "ask(\"Pages?\", answer=64K)\nask(\"Where?\", answer=p + 4K)\n[A] store(p) = minor\n"
                                  "ask(\"Faults?\", answer=stat_faults(A), hint=\"One.\", hint_zh_CN=\"一次。\")\nask(\"Far?\", answer=p * 0x10000)\n"
                                  "ask(\"What?\", answer=minor, zh_CN=\"什么？\")\nask(\"So?\")\nask(\"Which?\", answer=<<E)\na\nb\nE\n");

  assert_has (answer.out, "ask(\"Pages?\", answer=64K)\n# answer: 65536\n");
  assert_has (answer.out, "\n# answer: 268439552\n");
  assert_has (answer.out, "\n# answer: 1 0\n");
  assert_has (answer.out, "\n# answer: 0x100000000000\n");
  assert_has (answer.out, "\n# answer: minor\n");
  assert_has (answer.out, "ask(\"So?\")\nask(");
  assert_has (answer.out, "\n# answer:\n# a\n# b\n");
  cli_check ("run -", "ask(\"?\", answer=nosuch)\n", 2, "",
             "standard input:1:17: expected a constant or a name that has been bound: there is no “nosuch” so far\n"
             "ask(\"?\", answer=nosuch)\n                ^\n");
  cli_check ("run -", "ask(\"?\", answer=tick(1))\n", 2, "", NULL);
  cli_check ("run --quiet -", "process(A)\n[A] mmap(1, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = q\nask(\"?\", answer=q * 0x7fffffffffffffff * 4)\n", 1, "",
             "standard input:3:40: expected a result that fits into 64 bits\n");
}

#define BUDDY "machine(kernel=\"6.18\", cpus=1, swap=0, thp=never, zoneinfo=<<ZI, freeareas=<<FA)\nNode 0, zone   Normal\n  pages free     1024\n" \
  "        min      32\n        low      40\n        high     48\n        spanned  1024\n        present  1024\n        managed  1024\n" \
  "        protection: (0, 0, 0, 0, 0)\n  pagesets\n    cpu: 0\n              count: 0\n              high:  0\n              batch: 1\n" \
  "              high_min: 0\n              high_max: 0\n  start_pfn:           1024\nZI\n0 Normal Unmovable 10 1024\nFA\n"

/* How many events the statement before has caused is an expectation, which holds or fails. */
static void
test_events (void)
{
  g_auto(CliAnswer) good = run (BUDDY "alloc_pages(GFP_KERNEL, 3) = pg\nbuddyinfo()\nsay(\"Seven times it is halved.\")\nevents(\"split\") = 7\n"
                                "events(\"mm_page_alloc\") = 1\nevents(\"split\", \"order >= 5\") = 5\nfree_pages(pg, 3)\nevents(\"split\") = 0\n"
                                "events(\"merge\") = n\nevents(\"split\", since=boot) = 7\nevents(\"split\", \"order < 5\", since=boot) = 2\n"
                                "events(\"split\", since=1) = 7\nevents(\"split\", since=100000) = 0\n");
  g_auto(CliAnswer) anew = run ("machine(memory=64M)\nevents(\"mm_page_alloc\", since=boot) = 0\nevents(\"mm_page_alloc\", \"order >= 0\", since=boot) = 0\n"
                                "alloc_pages(GFP_KERNEL, 0)\nevents(\"mm_page_alloc\", since=boot) = 1\n");
  g_auto(CliAnswer) bare = run ("alloc_pages(GFP_KERNEL, 0)\nevents(\"mm_page_alloc\", since=boot) = 1\nevents(\"statement\") = 1\n");

  assert_has (good.out, "\nevents(\"merge\") = n  # 7\n");
  g_assert_cmpint (anew.status + bare.status, ==, 0);
  cli_check ("run --quiet -", BUDDY "alloc_pages(GFP_KERNEL, 3)\nevents(\"split\") = 6\n", 1, "", "standard input:23:19: expected 6, got 7\n");
  cli_check ("run --quiet -", "events(\"nosuch\")\n", 1, "", "standard input:1:1: expected the name of an event: there is none named “nosuch”\n");
  cli_check ("run --quiet -", "events(\"split\", since=never)\n", 1, "",
             "standard input:1:1: expected since=boot or the number of an event, not “never”\n");
}

/* What a question about the past came to is a number like any other: what follows from it is the same when the past is run once more. */
static void
test_events_bound (void)
{
  g_auto(CliAnswer) answer = run (BUDDY "alloc_pages(GFP_KERNEL, 3)\nevents(\"split\", \"order >= 8\") = n\nalloc_pages(GFP_KERNEL, n) = pg\n"
                                  "frame(pg)\nevents(\"mm_page_alloc\", \"order == 2\") = 1\nframe(pg + 3)\n");

  assert_has (answer.out, "= n  # 2\n");
  assert_has (answer.out, "\norder:       2\n");
  assert_has (answer.out, ": alloc_pages(GFP_KERNEL, n)\nfreed:       -\nEND\n");
}

/* A frame's life: given out and freed by which statement, mapped by whom. */
static void
test_frame (void)
{
  g_auto(CliAnswer) answer = run (MAPPED "[A] store(p) = minor\nlru_add_drain()\n[A] fork() = B\nframe(8034)\n[B] exit(0) = ?\n[A] munmap(p, 64K) = 0\nframe(8034)\n");
  const char *later = strstr (answer.out, "munmap");

  assert_has (answer.out, "\ntype:        anonymous\nflags:       0x5828 uptodate,lru,swapbacked,mmap,anon\n_refcount:   2\n_mapcount:   1\n");
  assert_has (answer.out, "\nindex:       0x10000\n");
  assert_has (answer.out, "\nmigratetype: Movable\nmapped by:   A 0x10000000\nmapped by:   B 0x10000000\ngiven out:   event ");
  assert_has (answer.out, ": [A] store(p)\nfreed:       -\nEND\n# given out in line 4\n");
  assert_has (later, ": [A] store(p)\nfreed:       event ");
  assert_has (later, ": [A] munmap(p, 64K)\nEND\n# given out in line 4, freed in line 9\n");
  assert_has (later, "\ntype:        free, on a per-cpu list\n");
  g_assert_null (strstr (later, "mapped by:"));
  cli_check ("run --quiet -", "machine(memory=64M)\nframe(16384)\n", 1, "", "standard input:2:1: there is no frame 16384: the machine has 16384\n");
}

int
main (int argc, char **argv)
{
  cli_test_init (&argc, &argv);
  g_test_add_func ("/cli/values/tlb-stats", test_tlb_stats);
  g_test_add_func ("/cli/values/pfns", test_pfns);
  g_test_add_func ("/cli/values/languages", test_languages);
  g_test_add_func ("/cli/values/ask", test_ask);
  g_test_add_func ("/cli/values/events", test_events);
  g_test_add_func ("/cli/values/events-bound", test_events_bound);
  g_test_add_func ("/cli/values/frame", test_frame);
  return g_test_run ();
}

/* test-cli.c - pagewalk-cli as scripts meet it: output, messages, exit statuses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "cli-test.h"

/* --- run --- */

static void
test_run (void)
{
  cli_check ("run -", "machine(memory=64M)\nalloc_pages(GFP_KERNEL, 0) = pg\nfree_pages(pg, 0)\nalloc_pages(GFP_KERNEL, 11) = NULL\n", 0,
         "machine(memory=64M)\nalloc_pages(GFP_KERNEL, 0) = pg  # 8192\nfree_pages(pg, 0)\nalloc_pages(GFP_KERNEL, 11) = NULL"
         "  # order_too_large: no block is that large\n"
         "# swapper: page allocation failure\n", "");
  cli_check ("run --check -", "process(A)\n[A] brk(NULL) = end\nstat_faults(A)\n", 0,
         "process(A)\n[A] brk(NULL) = end  # 0x407000\nstat_faults(A) == <<END\n0 0\nEND\n", "");
  cli_check ("run -", "tick(1) # a remark\r\n\r\n", 0, "tick(1)\n", "");
}

static void
test_failed_expectation (void)
{
  const char *text = "process(A)\n[A] brk(NULL) = 0\n[A] load(0) = SIGSEGV\n";

  cli_check ("run -", text, 1, "process(A)\n[A] brk(NULL) = 0x407000\n[A] load(0) = SIGSEGV (SEGV_MAPERR)"
         "  # no_region: no region is mapped at the address\n",
         "standard input:2:17: expected 0, got 0x407000\n");
  cli_check ("run --quiet -", text, 1, "", "standard input:2:17: expected 0, got 0x407000\n");
  cli_check ("run -q -", "tick(1)\n", 0, "", "");
}

/* One zone of 40 free pages, above its marks, the largest block of order 1. */
#define SMALL_BLOCKS \
  "machine(zoneinfo=<<ZI, freeareas=<<FA)\nNode 0, zone   Normal\n  pages free     40\n        min      8\n        low      10\n" \
  "        high     12\n        spanned  4096\n        present  4096\n        managed  4000\n        protection: (0, 0, 0, 0, 0)\n" \
  "  start_pfn:           1048576\nZI\n" \
  "0 Normal Unmovable 0 1048576 1048578 1048580 1048582 1048584 1048586 1048588 1048590 1048592 1048594 1048596 1048598 1048600 1048602 " \
  "1048604 1048606 1048608 1048610 1048612 1048614\n" \
  "0 Normal Unmovable 1 1048640 1048644 1048648 1048652 1048656 1048660 1048664 1048668 1048672 1048676\nFA\n"

/* Behind the result of a call that failed stands why, also where a name is bound to it, with numbers where there are some; what is printed can be
 * run again and says the same. */
static void
test_why (void)
{
  static const struct { const char *text, *line; } cases[] = {
    { "[A] mmap(NULL, 5G, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n",
      " = p  # -1 ENOMEM: overcommit: 5 GiB asked, 46.6 MiB allowed\n" },
    { "sysctl(\"vm.overcommit_memory\", 2)\n[A] mmap(NULL, 50M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)\n",
      " = -1 ENOMEM  # commit_limit: 50 MiB asked, 23.3 MiB allowed, 156 KiB of it promised already\n" },
    { "[A] munmap(0x1001, 4K) = -1 EINVAL\n", " = -1 EINVAL  # unaligned: the address is not a multiple of the page size (4096)\n" },
    { "[A] brk(0x1000)\n", "  # below_heap: " },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat ("machine(memory=64M, swap=0)\nprocess(A)\n", cases[i].text, NULL);
      g_auto(CliAnswer) answer = cli_call ("run -", text);

      g_assert_nonnull (strstr (answer.out, cases[i].line));
      cli_check ("run -", answer.out, 0, answer.out, "");
    }
}

/* In rounds of loops it stands behind the block, for each round in which nobody expected it. */
static void
test_why_in_rounds (void)
{
  static const char text[] = "machine(memory=64M)\nprocess(A)\nrepeat(3, i)\n  [A] munmap(i + 1, 4K) = -1 EINVAL\n  [A] munmap(i * 4096 + 1, 4K)\nend\n";
  g_auto(CliAnswer) answer = cli_call ("run -", text);

  g_assert_nonnull (strstr (answer.out, "end\n# i=0: [A] munmap(i * 4096 + 1, 4K) = -1 EINVAL  # unaligned: the address is not a multiple of the page size (4096)\n"
                                        "# i=1: [A] munmap(i * 4096 + 1, 4K) = -1 EINVAL  # unaligned: "));
  g_assert_null (strstr (answer.out, "munmap(i + 1, 4K) = -1 EINVAL  #"));
}

/* A request for a block: zone by zone, whether pages are short or only blocks; and what succeeded has no reason, though a zone refused. */
static void
test_why_no_block (void)
{
  g_auto(CliAnswer) block = cli_call ("run -", SMALL_BLOCKS "alloc_pages(GFP_KERNEL, 2)\nalloc_pages(GFP_KERNEL, 1) = pg\n");
  g_auto(CliAnswer) mark = cli_call ("run -", SMALL_BLOCKS "repeat(40)\nalloc_pages(GFP_NOWAIT, 0)\nend\nalloc_pages(GFP_NOWAIT, 0)\n");
  g_auto(CliAnswer) json = cli_call ("run --json -", SMALL_BLOCKS "alloc_pages(GFP_KERNEL, 2)\n");
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonArray *statements = json_object_get_array_member (cli_parse_object (parser, json.out), "statements");

  g_assert_nonnull (strstr (block.out, "alloc_pages(GFP_KERNEL, 2) = NULL  # Normal: no block of order 2 (40 pages are free)\n"));
  g_assert_nonnull (strstr (block.out, "alloc_pages(GFP_KERNEL, 1) = pg  # 10486"));
  g_assert_null (strstr (strstr (block.out, "= pg"), ": "));
  g_assert_nonnull (strstr (mark.out, "alloc_pages(GFP_NOWAIT, 0) = NULL  # Normal: 0 pages free, the mark is 8\n"));
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (statements, 1), "why"), ==, "no_block");
}

/* A bug report of the kernel's is no expectation. */
static void
test_bug_report (void)
{
  g_auto(CliAnswer) answer = cli_call ("run -", "alloc_pages(GFP_KERNEL, 0) = pg\nfree_pages(pg, 0)\nfree_pages(pg, 0)\ntick(1)\n");

  g_assert_cmpint (answer.status, ==, 0);
  g_assert_true (g_str_has_prefix (answer.err, "standard input:3:1: BUG: Bad page state in process swapper  pfn:"));
  g_assert_true (g_str_has_suffix (answer.out, "tick(1)\n"));
}

static void
test_bad_input (void)
{
  cli_check ("run -", "tick(1)\nalloc_pages(GFP_KERNEL, ", 2, "", NULL);
  cli_check ("run -", "tick(1)\nalloc_page(GFP_KERNEL, 0)", 2, "",
         "standard input:2:1: expected a call: there is none named “alloc_page”; did you mean “alloc_pages”?\n"
         "alloc_page(GFP_KERNEL, 0)\n^\n");
  cli_check ("run -", "[A] load(0)", 2, "", "standard input:1:2: expected a process: there is no “A” so far\n[A] load(0)\n ^\n");
  cli_check ("run --set colour=red -", "", 2, "", NULL);
  cli_check ("run --set memory -", "", 2, "", "pagewalk-cli: --set memory: expected KEY=VALUE\n");
  cli_check ("run --until soon -", "", 2, "", "pagewalk-cli: --until soon: expected the number of an event, or line:N, in a loop line:N:ROUND\n");
  cli_check ("run --export buddy -", "tick(1)\n", 2, "", "pagewalk-cli: --export buddy: expected VIEW=FILE\n");
  cli_check ("run --export buddy=x.gif -", "tick(1)\n", 2, "", "pagewalk-cli: x.gif: expected a name that ends in .svg, .png or .pdf\n");
  cli_check ("run --export nothing=x.svg -", "tick(1)\n", 2, "", NULL);
  cli_check ("run --events /nowhere/at/all -", "tick(1)\n", 2, "", "pagewalk-cli: /nowhere/at/all: No such file or directory\n");
  cli_check ("run /nowhere/at/all.pwk", "", 2, "", NULL);
  cli_check ("run -", "", 2, "", "pagewalk-cli: standard input: there is no statement in it\n");
  cli_check ("run -", "# a remark\n", 2, "", "pagewalk-cli: standard input: there is no statement in it\n");
  cli_check ("run a b", "", 2, "", NULL);
  cli_check ("run --nonsense -", "", 2, "", "pagewalk-cli: Unknown option --nonsense\n");
}

static void
test_until (void)
{
  const char *text = "machine(memory=64M)\ntick(1)\ntick(2)\ntick(3)\n";
  g_auto(CliAnswer) answer = { 0 };

  cli_check ("run --until line:2 -", text, 0, "machine(memory=64M)\ntick(1)\n", "");
  cli_check ("run --until line:99 -", text, 0, "machine(memory=64M)\ntick(1)\ntick(2)\ntick(3)\n", "");
  cli_check ("run --until 0 -", text, 0, "", "");
  cli_check ("run --until 1 -", text, 0, "machine(memory=64M)\n", "");
  answer = cli_call ("run --until 99999999 --json -", text);
  g_assert_nonnull (strstr (answer.out, "\"tick\""));
}

static void
test_json (void)
{
  g_auto(CliAnswer) answer = cli_call ("run --json -", "tick(1)\nprocess(A)\n[A] brk(NULL) = 1\nbuddyinfo()\n");
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonObject *root = cli_parse_object (parser, answer.out), *statement;
  JsonArray *statements = json_object_get_array_member (root, "statements");

  g_assert_cmpint (answer.status, ==, 1);
  g_assert_cmpint (json_array_get_length (statements), ==, 4);
  g_assert_cmpint (json_object_get_int_member (root, "held"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (root, "failed"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (root, "events"), >, 0);
  statement = json_array_get_object_element (statements, 2);
  g_assert_cmpint (json_object_get_int_member (statement, "line"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (statement, "call"), ==, "brk");
  g_assert_cmpstr (json_object_get_string_member (statement, "result"), ==, "0x407000");
  g_assert_cmpstr (json_object_get_string_member (statement, "verdict"), ==, "fails");
  g_assert_cmpstr (json_object_get_string_member (statement, "message"), ==, "standard input:3:17: expected 1, got 0x407000");
}

/* --- events --- */

static char *
events_of (const char *text)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-test-XXXXXX", NULL);
  g_autofree char *arguments = NULL;
  g_autoptr(GError) error = NULL;
  char *events = NULL;

  g_close (g_mkstemp (path), NULL);
  arguments = g_strdup_printf ("run --quiet --events %s -", path);
  cli_check (arguments, text, 0, "", "");
  g_file_get_contents (path, &events, NULL, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return events;
}

/* Each line is an object with what every event has, numbered without a gap, causes before effects. */
static void
test_events (void)
{
  g_autofree char *events = events_of ("machine(memory=64M)\nprocess(A)\n[A] brk(NULL) = b\n[A] brk(b + 16K)\n[A] store(b)\n"
                                       "alloc_pages(GFP_KERNEL|__GFP_ZERO, 2)\n");
  g_autofree char *again = events_of ("machine(memory=64M)\nprocess(A)\n[A] brk(NULL) = b\n[A] brk(b + 16K)\n[A] store(b)\n"
                                      "alloc_pages(GFP_KERNEL|__GFP_ZERO, 2)\n");
  g_auto(GStrv) lines = g_strsplit (g_strchomp (events), "\n", -1);
  g_autoptr(GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_strchomp (again);
  g_assert_cmpstr (events, ==, again);
  for (int i = 0; lines[i]; i++)
    {
      g_autoptr(JsonParser) parser = json_parser_new ();
      JsonObject *event = cli_parse_object (parser, lines[i]);
      const char *kind = json_object_get_string_member (event, "kind");

      g_assert_cmpint (json_object_get_int_member (event, "n"), ==, i + 1);
      g_assert_cmpint (json_object_get_int_member (event, "parent"), <=, i);
      g_assert_true (json_object_has_member (event, "ns") && json_object_has_member (event, "cpu") && json_object_has_member (event, "line"));
      if (strcmp (kind, "page_fault_user") == 0)
        {
          g_assert_cmpstr (json_object_get_string_member (event, "who"), ==, "A");
          g_assert_cmpint (json_object_get_int_member (event, "line"), ==, 5);
          g_assert_cmpstr (json_object_get_string_member (event, "addr"), ==, "0x407000");
        }
      if (strcmp (kind, "alloc_pages") == 0 && json_object_get_int_member (event, "line") == 6)
        {
          g_assert_cmpstr (json_object_get_string_member (event, "who"), ==, "kernel");
          g_assert_cmpstr (json_object_get_string_member (event, "gfp"), ==, "GFP_KERNEL|__GFP_ZERO");
          g_assert_cmpint (json_object_get_int_member (event, "order"), ==, 2);
        }
      g_hash_table_add (kinds, g_strdup (kind));
    }
  g_assert_true (g_hash_table_contains (kinds, "statement"));
  g_assert_true (g_hash_table_contains (kinds, "page_fault_user"));
  g_assert_true (g_hash_table_contains (kinds, "do_anonymous_page"));
  g_assert_true (g_hash_table_contains (kinds, "mm_page_alloc"));
}

/* --- traces --- */

static void
test_replay (void)
{
  g_autofree char *trace = cli_data_file ("traces/corner.lackey"), *arguments = g_strdup_printf ("replay --json %s", trace);
  g_autofree char *tiny = g_strdup_printf ("replay --json --tlb l1d=16/4,l1i=16/4,stlb=64/4 --page-size 4K %s", trace);
  g_auto(CliAnswer) answer = cli_call (arguments, NULL), other = cli_call (tiny, NULL), plain = { 0 };
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonObject *root = cli_parse_object (parser, answer.out);
  g_autofree char *text = g_strdup_printf ("replay %s", trace);

  g_assert_cmpint (answer.status, ==, 0);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (root, "trace"), "accesses"), ==, 26);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (root, "tlb"), "walks"), ==, 21);
  g_assert_cmpfloat (json_object_get_double_member (json_object_get_object_member (root, "rates"), "refs_per_walk"), ==, 4);
  root = cli_parse_object (parser, other.out);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (root, "tlb"), "spec"), ==, "l1d=16/4,l1i=16/4,stlb=64/4");
  plain = cli_call (text, NULL);
  g_assert_true (g_str_has_prefix (plain.out, "tlb "));
  g_assert_nonnull (strstr (plain.out, "\naccesses             26\n"));
}

static void
test_replay_errors (void)
{
  cli_check ("replay -", "I  04015a00,3\nX 1,2\n", 2, "", NULL);
  cli_check ("replay --levels 3 -", "", 2, "", "pagewalk-cli: --levels 3: expected 4 or 5\n");
  cli_check ("replay --page-size 1G -", "", 2, "", "pagewalk-cli: --page-size 1G: expected 4K or 2M\n");
  cli_check ("replay --tlb l9=1 -", "", 2, "", NULL);
  cli_check ("replay /nowhere/at/all", "", 2, "", NULL);
  cli_check ("replay", "", 2, "", NULL);
  cli_check ("convert only-one", "", 2, "", NULL);
  cli_check ("convert /nowhere/at/all /dev/null", "", 2, "", NULL);
}

static void
test_convert (void)
{
  g_autofree char *trace = cli_data_file ("traces/corner.lackey"), *folder = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  g_autofree char *binary = g_build_filename (folder, "t.pwt", NULL), *text = g_build_filename (folder, "t.lackey", NULL);
  g_autofree char *there = g_strdup_printf ("convert %s %s", trace, binary), *back = g_strdup_printf ("convert %s %s", binary, text);
  g_autofree char *one = g_strdup_printf ("replay --json %s", trace), *two = g_strdup_printf ("replay --json %s", text);
  g_auto(CliAnswer) before = { 0 }, after = { 0 };

  cli_check (there, NULL, 0, "", "");
  cli_check (back, NULL, 0, "", "");
  before = cli_call (one, NULL);
  after = cli_call (two, NULL);
  g_assert_cmpstr (before.out, ==, after.out);
  g_unlink (binary);
  g_unlink (text);
  g_rmdir (folder);
}

/* A recording of accesses is run as a program, and so is the scenario of a picture. */
static void
test_run_intake (void)
{
  g_autofree char *trace = cli_data_file ("traces/corner.lackey"), *run = g_strdup_printf ("run %s", trace);
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-XXXXXX", NULL), *file = g_build_filename (folder, "b.svg", NULL);
  g_autofree char *export = g_strdup_printf ("export --view buddy -o %s -", file), *again = g_strdup_printf ("run %s", file);

  cli_check (run, NULL, 0,
         "machine(memory=4G, tlb=\"l1d=64/4,l1d2m=32/4,l1i=128/8,stlb=1536/12\")\n"
         "process(A, trace=\"corner.lackey\")\n"
         "# assumed: 9 regions, from the 16 pages that the recording touches\n"
         "[A] access(\"corner.lackey\") = ok\n"
         "# 26 records, 9 accesses without a fault, 14 minor, 0 major\n"
         "# 5 accesses outside of user space, passed over\n", "");
  cli_check (export, "machine(memory=64M)\ntick(1)\n", 0, "", "");
  cli_check (again, NULL, 0, "machine(memory=64M)\ntick(1)\n", "");
  g_unlink (file);
  g_rmdir (folder);
}

/* --- pictures --- */

static void
test_export (void)
{
  g_autofree char *scenario = cli_data_file ("scenarios/first-look.pwk"), *folder = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  static const char *const views[] = { "overview", "memory", "buddy", "zones", "numa", "address-space", "page-walk", "tlb" };
  static const struct { const char *ending, *magic; } forms[] = { { "svg", "<" }, { "png", "\x89PNG" }, { "pdf", "%PDF" } };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    for (guint j = 0; j < G_N_ELEMENTS (forms); j++)
      {
        g_autofree char *file = g_strdup_printf ("%s/p.%s", folder, forms[j].ending), *content = NULL;
        g_autofree char *arguments = g_strdup_printf ("export --view %s --at line:20 --size 800x600 --theme light -o %s %s", views[i], file,
                                                      scenario);

        cli_check (arguments, NULL, 0, "", "");
        g_assert_true (g_file_get_contents (file, &content, NULL, NULL));
        g_assert_true (g_str_has_prefix (content, forms[j].magic));
        g_unlink (file);
      }
  g_rmdir (folder);
}

/* With the files in it. */
static void
remove_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);

      g_unlink (file);
    }
  g_rmdir (folder);
}

/* A picture's size, its caption and the motion of one step. */
static void
test_export_options (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-XXXXXX", NULL), *svg = g_build_filename (folder, "b.svg", NULL),
                  *png = g_build_filename (folder, "b.png", NULL), *frame = g_build_filename (folder, "b-0024.png", NULL),
                  *later = g_build_filename (folder, "b-0025.png", NULL);
  g_autofree char *with_caption = g_strdup_printf ("export --view buddy -o %s -", svg);
  g_autofree char *without = g_strdup_printf ("export --view buddy --no-caption -o %s -", svg);
  g_autofree char *exact = g_strdup_printf ("export --view buddy --size 700x500 --scale 2 --transparent --theme high-contrast-dark -o %s -", png);
  g_autofree char *film = g_strdup_printf ("export --view buddy --range line:1..line:2 -o %s -", svg);
  g_autofree char *frames = g_strdup_printf ("export --view buddy --range line:1..line:2 -o %s -", png);
  g_autofree char *captioned = NULL, *plain = NULL, *image = NULL, *motion = NULL;
  const char *scenario = "machine(memory=64M)\nalloc_pages(GFP_KERNEL, 0)\n";

  cli_check (with_caption, scenario, 0, "", "");
  g_assert_true (g_file_get_contents (svg, &captioned, NULL, NULL));
  g_assert_nonnull (strstr (captioned, "64 MiB, 1 node"));
  cli_check (without, scenario, 0, "", "");
  g_assert_true (g_file_get_contents (svg, &plain, NULL, NULL));
  g_assert_null (strstr (plain, "64 MiB, 1 node"));
  cli_check (exact, scenario, 0, "", "");
  g_assert_true (g_file_get_contents (png, &image, NULL, NULL));
  g_assert_cmpmem (image + 16, 8, "\0\0\x05\x78\0\0\x03\xe8", 8);
  cli_check (film, scenario, 0, "", "");
  g_assert_true (g_file_get_contents (svg, &motion, NULL, NULL));
  g_assert_nonnull (strstr (motion, "<animate "));
  cli_check (frames, scenario, 0, "", "");
  g_assert_true (g_file_test (frame, G_FILE_TEST_EXISTS) && g_file_test (later, G_FILE_TEST_EXISTS));
  remove_folder (folder);
}

static void
test_run_export (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-XXXXXX", NULL), *file = g_build_filename (folder, "b.svg", NULL), *content = NULL;
  g_autofree char *arguments = g_strdup_printf ("run --quiet --export buddy=%s -", file);

  cli_check (arguments, "machine(memory=64M)\nalloc_pages(GFP_KERNEL, 0)\n", 0, "", "");
  g_assert_true (g_file_get_contents (file, &content, NULL, NULL));
  g_assert_nonnull (strstr (content, "<metadata"));
  g_unlink (file);
  g_rmdir (folder);
}

static void
test_export_errors (void)
{
  cli_check ("export -o x.svg -", "", 2, "", "pagewalk-cli: --view is missing\n");
  cli_check ("export --view buddy -", "", 2, "", "pagewalk-cli: -o is missing\n");
  cli_check ("export --view buddy -o x.svg --size big -", "", 2, "", "pagewalk-cli: --size big: expected WIDTHxHEIGHT, as 1280x800\n");
  cli_check ("export --view buddy -o x.svg --at noon -", "", 2, "", "pagewalk-cli: --at noon: expected the number of an event, or line:N, in a loop line:N:ROUND\n");
  cli_check ("export --view buddy -o x.svg --theme pink -", "", 2, "",
         "pagewalk-cli: there is no theme “pink”; there are light, dark, high-contrast, high-contrast-dark, print\n");
  cli_check ("export --view buddy -o x.svg --scale 3 -", "", 2, "", "pagewalk-cli: --scale 3: expected 1, 2 or 4\n");
  cli_check ("export --view buddy -o x.svg --range 7 -", "", 2, "",
             "pagewalk-cli: --range 7: expected two moments as for --at, as 119..132\n");
  cli_check ("export --view buddy -o x.svg --at 7 --range 7..8 -", "", 2, "", "pagewalk-cli: --at and --range exclude each other\n");
  cli_check ("export --view buddy -o x.svg --range 8..7 -", "tick(1)\n", 2, "",
             "pagewalk-cli: --range 8..7: the first moment must lie before the last\n");
  cli_check ("export --view buddy -o x.svg --range 1..line:9 -", "tick(1)\n", 2, "",
             "pagewalk-cli: --range line:9: there is no such line; the last one is 1\n");
  cli_check ("export --view buddy -o x.pdf --range 7..8 -", "tick(1)\n", 2, "",
             "pagewalk-cli: x.pdf: a motion becomes an .svg that plays itself, or numbered .png files\n");
  cli_check ("export --view buddy -o /nowhere/at/all.svg -", "tick(1)\n", 2, "", NULL);
  cli_check ("export --view buddy -o x.svg", "", 2, "", NULL);
  cli_check ("export --view buddy -o x.svg --lang klingon -", "tick(1)\n", 2, "", NULL);
  cli_check ("export --view buddy -o x.svg --at line:99 -", "tick(1)\n", 2, "",
         "pagewalk-cli: --at line:99: there is no such line; the last one is 1\n");
  cli_check ("export --view buddy -o x.svg --at 99999999 -", "tick(1)\n", 2, "", NULL);
  cli_check ("run --export buddy=/nowhere/at/all.svg -", "tick(1)\n", 2, "", "pagewalk-cli: /nowhere/at/all.svg: No such file or directory\n");
}

/* --- lists, help --- */

static void
test_lists (void)
{
  g_auto(CliAnswer) calls = cli_call ("calls", NULL), events = cli_call ("events", NULL), views = cli_call ("views", NULL);

  g_assert_nonnull (strstr (calls.out, "\nmmap\t[A] mmap(addr, length, prot, flags, fd=-1, offset=0) = addr\t"));
  g_assert_nonnull (strstr (calls.out, "\nnuma_maps\tnuma_maps(A, addr, length) == <<END\t"));
  g_assert_nonnull (strstr (calls.out, "\nswaps\tswaps() == <<END\t"));
  g_assert_nonnull (strstr (events.out, "\nsplit\t20 ns\tmm/page_alloc.c:expand\tpfn order buddy migratetype node zone\n"));
  g_assert_true (g_str_has_prefix (views.out, "overview\t"));
  g_assert_cmpint (calls.status | events.status | views.status, ==, 0);
  cli_check ("calls extra", NULL, 2, NULL, NULL);
}

/* A process grows in three ways: regions (vsz), pages (rss), tables (pte); each row is a moment at which one of them changed, and what is
 * much of it is marked. */
static void
test_growth (void)
{
  static const char text[] = "machine(memory=64M, thp=never)\nprocess(A)\n[A] brk(NULL) = b\n"
                             "[A] mmap(NULL, 4M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                             "[A] touch(p, 1M, \"w\") = 256\n[A] touch(p, 4K, \"r\") = 0\n[A] munmap(p, 4M) = 0\n";
  g_auto(CliAnswer) table = cli_call ("growth -", text), json = cli_call ("growth --json -", text), bad = cli_call ("growth -", "machine(memory=1)\n");
  g_auto(GStrv) lines = g_strsplit (g_strchomp (table.out), "\n", -1);
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  JsonObject *touched;

  g_assert_cmpint (table.status | json.status, ==, 0);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_true (g_str_has_suffix (lines[1], "  A"));
  g_assert_true (g_str_has_suffix (lines[2], "  A  <- vsz"));
  g_assert_true (g_str_has_suffix (lines[3], "  A  <- rss"));
  g_assert_true (g_str_has_suffix (lines[4], "  A  <- vsz, rss"));
  json_parser_load_from_data (parser, json.out, -1, &error);
  g_assert_no_error (error);
  touched = json_array_get_object_element (json_node_get_array (json_parser_get_root (parser)), 2);
  g_assert_cmpint (json_object_get_int_member (touched, "line"), ==, 5);
  g_assert_cmpint (json_object_get_int_member (touched, "rss"), ==, 1024);
  g_assert_cmpint (json_object_get_int_member (touched, "pte"), ==, 12);
  g_assert_cmpint (json_object_get_int_member (touched, "min_flt"), ==, 256);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (touched, "jumps"), 0), ==, "rss");
  g_assert_cmpint (bad.status, ==, 2);
  cli_check ("growth", NULL, 2, "", NULL);
}

/* What a scenario names outside of its folder is not read, nor quoted, unless the user says so; control characters reach no terminal. */
static void
test_reach (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-reach-XXXXXX", NULL), *inside = g_build_filename (folder, "in", NULL);
  g_autofree char *secret = g_build_filename (folder, "secret", NULL), *scenario = g_build_filename (inside, "s.pwk", NULL);
  g_autofree char *run = g_strdup_printf ("run %s", scenario), *allow = g_strdup_printf ("run --allow %s %s", secret, scenario);
  g_auto(CliAnswer) refused = { 0 }, allowed = { 0 }, escape = { 0 };

  g_assert_cmpint (g_mkdir (inside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (secret, "QX7\n", -1, NULL));
  g_assert_true (g_file_set_contents (scenario, "machine(memory=64M)\nprocess(A)\n[A] access(\"../secret\")\n", -1, NULL));
  refused = cli_call (run, NULL);
  allowed = cli_call (allow, NULL);
  g_assert_cmpint (refused.status, ==, 2);
  g_assert_null (strstr (refused.err, "QX7"));
  g_assert_nonnull (strstr (refused.err, "“../secret” lies outside the scenario's folder"));
  g_assert_nonnull (strstr (allowed.err, "QX7"));
  escape = cli_call ("run -", "machine(memory=64M)\nbookmark(\"\033[2J\")\nprocess(A)\n[A] brk(NULL) = 1 # \033[1m\n");
  g_assert_null (strchr (escape.out, '\033'));
  g_assert_null (strchr (escape.err, '\033'));
  g_assert_nonnull (strstr (escape.out, "bookmark(\"\\033[2J\")"));
  cli_check ("run --allow /no/such/file -", "", 2, "", "pagewalk-cli: --allow /no/such/file: No such file or directory\n");
  g_remove (scenario);
  g_remove (secret);
  g_rmdir (inside);
  g_rmdir (folder);
}

/* What is no scenario is shown, and written, as the one that run would run. */
static void
test_show (void)
{
  const char *maps = "00400000-00401000 r-xp 00000000 08:01 101 /usr/bin/demo\n";
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-show-XXXXXX", NULL);
  g_autofree char *from = g_build_filename (folder, "a.maps", NULL), *to = g_build_filename (folder, "a.pwk", NULL);
  g_autofree char *show = g_strdup_printf ("show %s", from), *convert = g_strdup_printf ("convert %s %s", from, to), *contents = NULL;
  g_auto(CliAnswer) shown = { 0 };

  g_assert_true (g_file_set_contents (from, maps, -1, NULL));
  shown = cli_call (show, NULL);
  g_assert_cmpint (shown.status, ==, 0);
  g_assert_nonnull (strstr (shown.out, "process(A, maps=<<MAPS)\n00400000-00401000 r-xp"));
  cli_check (convert, NULL, 0, "", "");
  g_assert_true (g_file_get_contents (to, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, shown.out);
  cli_check ("show -", "tick(1)\n", 0, "tick(1)\n", "");
  cli_check ("run --quiet -", maps, 0, "", "standard input: note: taken for /proc/PID/maps or smaps\n");
  cli_check ("show -", "nothing\n", 2, "", NULL);
  cli_check ("show", NULL, 2, "", NULL);
  g_unlink (from);
  g_unlink (to);
  g_rmdir (folder);
}

static void
test_help (void)
{
  static const char *const commands[] = { "run", "replay", "convert", "show", "export", "growth", "format", "lesson", "bench", "views", "calls", "events" };
  g_auto(CliAnswer) help = cli_call ("--help", NULL), version = cli_call ("--version", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strdup_printf ("  pagewalk-cli %s", commands[i]), *own = g_strdup_printf ("%s --help", commands[i]);

      g_assert_nonnull (strstr (help.out, line));
      cli_check (own, NULL, 0, NULL, "");
    }
  g_assert_true (g_str_has_prefix (version.out, "pagewalk-cli "));
  cli_check ("frobnicate", NULL, 2, "", "pagewalk-cli: there is no command “frobnicate”; “pagewalk-cli --help” lists them\n");
  cli_check ("bench nothing", NULL, 2, "", NULL);
}

static void
test_bench (void)
{
  g_auto(CliAnswer) answer = cli_call ("bench --json boot", NULL);
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonObject *root = cli_parse_object (parser, answer.out);

  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (root, "boot-512m"), "unit"), ==, "ms");
}

/* Results are values, and a comment is in none of them. */
static void
test_json_types (void)
{
  g_auto(CliAnswer) answer = cli_call ("run --json -", "machine(memory=64M)\nprocess(A)\nalloc_pages(GFP_KERNEL, 0) = pg\n"
                                                       "alloc_pages(GFP_KERNEL, 11)\n[A] brk(NULL) = e\n[A] munmap(5, 3)\n[A] load(0)\n"
                                                       "[A] touch(0x400000, 4K, \"r\")\nstat_faults(A)\n");
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonArray *statements = json_object_get_array_member (cli_parse_object (parser, answer.out), "statements");
  JsonObject *bound = json_array_get_object_element (statements, 2), *address = json_array_get_object_element (statements, 4),
             *refused = json_array_get_object_element (statements, 5);

  g_assert_cmpstr (json_object_get_string_member (bound, "name"), ==, "pg");
  g_assert_true (json_node_get_value_type (json_object_get_member (bound, "result")) == G_TYPE_INT64);
  g_assert_cmpint (json_object_get_int_member (bound, "result"), >, 0);
  g_assert_true (json_object_get_null_member (json_array_get_object_element (statements, 3), "result"));
  g_assert_cmpstr (json_object_get_string_member (address, "name"), ==, "e");
  g_assert_cmpstr (json_object_get_string_member (address, "result"), ==, "0x407000");
  g_assert_cmpint (json_object_get_int_member (refused, "result"), ==, -1);
  g_assert_cmpstr (json_object_get_string_member (refused, "errno"), ==, "EINVAL");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (statements, 6), "result"), ==, "SIGSEGV (SEGV_MAPERR)");
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (statements, 7), "result"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (statements, 8), "result"), ==, "0 1\n");
}

/* Names, a layout, and answers to rows; each kind of mistake is told with its place. */
static void
test_format (void)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_auto(CliAnswer) names = cli_call ("format", NULL), layout = cli_call ("format alpha", NULL);
  g_auto(CliAnswer) walk = cli_call ("format textbook --walk -", "[{\"tables\":{\"0x1000\":{\"1\":\"0x2027\"},\"0x2000\":{\"2\":\"0x5027\"}},"
                                     "\"root\":\"0x1000\",\"va\":\"0x402345\",\"access\":\"store\",\"mode\":\"user\",\"controls\":{\"wp\":1}}]");
  JsonObject *answer;

  g_assert_cmpint (names.status, ==, 0);
  g_assert_true (g_str_has_prefix (names.out, "x86-64\nx86-64-la57\n"));
  g_assert_cmpint (json_object_get_int_member (cli_parse_object (parser, layout.out), "va_bits"), ==, 43);
  g_assert_true (json_parser_load_from_data (parser, walk.out, -1, NULL));
  answer = json_array_get_object_element (json_node_get_array (json_parser_get_root (parser)), 0);
  g_assert_cmpstr (json_object_get_string_member (answer, "pa"), ==, "0x5345");
  answer = json_object_get_object_member (json_object_get_object_member (answer, "after"), "0x2000");
  g_assert_cmpstr (json_object_get_string_member (answer, "2"), ==, "0x5067");

  cli_check ("format vax", NULL, 2, "", "pagewalk-cli: there is no page-table format “vax”; “pagewalk-cli format” lists them\n");
  cli_check ("format riscv-sv49", NULL, 2, "", "pagewalk-cli: there is no page-table format “riscv-sv49”; did you mean “riscv-sv39”?\n");
  cli_check ("format --walk -", "[]", 2, "", NULL);
  cli_check ("format alpha --walk - --entries -", "[]", 2, "", NULL);
  cli_check ("format alpha --entries -", "[{\"kind\":\"8K\"}]", 2, "",
             "pagewalk-cli: -: row 1: “raw”: expected a number, as 31 or \"0x1f\"\n");
  cli_check ("format alpha --entries -", "[", 2, "", NULL);
  cli_check ("format alpha --entries /nowhere/rows", NULL, 2, "", NULL);
}

int
main (int argc, char **argv)
{
  cli_test_init (&argc, &argv);
  g_test_add_func ("/cli/run", test_run);
  g_test_add_func ("/cli/failed-expectation", test_failed_expectation);
  g_test_add_func ("/cli/why", test_why);
  g_test_add_func ("/cli/why-no-block", test_why_no_block);
  g_test_add_func ("/cli/why-in-rounds", test_why_in_rounds);
  g_test_add_func ("/cli/bug-report", test_bug_report);
  g_test_add_func ("/cli/bad-input", test_bad_input);
  g_test_add_func ("/cli/until", test_until);
  g_test_add_func ("/cli/json", test_json);
  g_test_add_func ("/cli/json-types", test_json_types);
  g_test_add_func ("/cli/events", test_events);
  g_test_add_func ("/cli/replay", test_replay);
  g_test_add_func ("/cli/replay-errors", test_replay_errors);
  g_test_add_func ("/cli/convert", test_convert);
  g_test_add_func ("/cli/run-intake", test_run_intake);
  g_test_add_func ("/cli/export", test_export);
  g_test_add_func ("/cli/export-options", test_export_options);
  g_test_add_func ("/cli/run-export", test_run_export);
  g_test_add_func ("/cli/export-errors", test_export_errors);
  g_test_add_func ("/cli/growth", test_growth);
  g_test_add_func ("/cli/show", test_show);
  g_test_add_func ("/cli/reach", test_reach);
  g_test_add_func ("/cli/lists", test_lists);
  g_test_add_func ("/cli/format", test_format);
  g_test_add_func ("/cli/help", test_help);
  g_test_add_func ("/cli/bench", test_bench);
  return g_test_run ();
}

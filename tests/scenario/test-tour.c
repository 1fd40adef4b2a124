/* test-tour.c - what the shipped scenarios tell is what happens while they tell it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/event.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

/* A say () by its beginning, in both languages; the kinds of events that must lie between the pause () before it and the one behind it, and those that
 * must not. Whoever changes what is said looks here whether it is still so. */
typedef struct { const char *file, *english, *chinese, *there, *not_there; } Told;

static const Told told[] = {
  { "first-look.pwk", "Memory is cut into nodes, nodes into zones", "内存分为节点，节点分为内存区",
    "node_online zone_init memblock_free_pages mm_core_init", "copy_process alloc_pages" },
  { "first-look.pwk", "A process asks for 16 KiB. mmap() makes a region", "一个进程申请 16 KiB。mmap() 只建立一个区域",
    "copy_process sys_enter vma_link sys_exit", "page_fault_user access" },
  { "first-look.pwk", "The first store finds nothing: the TLB misses", "第一次写入什么也找不到：TLB 未命中",
    "tlb_miss walk_pgd access_fault page_fault_user mm_page_alloc table_alloc split set_pte tlb_fill access", "tlb_hit" },
  { "first-look.pwk", "The same store again: no table is read", "同样的写入再来一次：一级页表也不用读",
    "tlb_hit access", "tlb_miss walk_pgd walk_pte page_fault_user" },
  { "first-look.pwk", "The next page is read before anybody has written", "下一页在写入之前先被读取",
    "page_fault_user do_anonymous_page do_wp_page mm_page_alloc access", "copy_user_page" },
  { "first-look.pwk", "The kernel takes two blocks of sixteen frames", "内核为自己取两块、每块 16 个页框",
    "mm_page_alloc split mm_page_free merge", "page_fault_user" },
  { "first-look.pwk", "fork() makes a second process, and both share", "fork() 创建第二个进程，两者以只读方式共享",
    "copy_process dup_mmap page_fault_user do_wp_page copy_user_page wp_page_copy access", "" },
  { "first-look.pwk", "The child exits, and munmap() takes the region away", "子进程退出，munmap() 撤掉区域",
    "exit zap_page_range set_pte tlb_flush vma_remove mm_page_free merge signal_generate", "" },
  { "first-store.pwk", "The first page is written: the kernel makes the tables", "先写第一页：内核建立通向它的各级页表",
    "table_alloc mm_page_alloc set_pte access", "" },
  { "first-store.pwk", "Now the page beside it. The walk reads four entries", "再写旁边的一页。遍历读四个表项",
    "tlb_miss walk_pgd walk_pud walk_pmd walk_pte access_fault page_fault_user clear_user_page set_pte access", "table_alloc" },
  { "first-store.pwk", "The same store again: the translation is in the TLB", "同样的写入再来一次：地址转换已在 TLB 里",
    "tlb_hit access", "tlb_miss walk_pgd walk_pte" },
  { "shootdown.pwk", "A second thread on CPU 1 writes to the same page", "第二个线程在 CPU 1 上写同一页",
    "copy_process tlb_miss walk_pte tlb_fill access", "tlb_shootdown" },
  { "shootdown.pwk", "On CPU 0 mprotect() takes the right to write away", "CPU 0 上的 mprotect() 取消写权限",
    "set_pte tlb_shootdown invlpg tlb_flush", "access" },
  { "shootdown.pwk", "The thread on CPU 1 reads: its TLB has forgotten", "CPU 1 上的线程读取：它的 TLB 已经忘了",
    "tlb_miss walk_pte tlb_fill access", "tlb_hit page_fault_user" },
  { "shootdown.pwk", "A write is forbidden now, on this CPU", "现在不许写了，在这个 CPU 上",
    "access_fault page_fault_user signal_generate", "access" },
};

/* Says of one scenario with the events of their stretches. */
typedef struct { PwkRunner *runner; uint64_t before[PWK_N_EVENTS]; GPtrArray *open; const char *file; guint n; } Tour;

static const Told *
find_told (const char *file, const char *said)
{
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    if (strcmp (told[i].file, file) == 0 && g_str_has_prefix (said, told[i].english))
      return &told[i];
  g_error ("%s: nothing couples “%s” to what happens: add it to test-tour.c", file, said);
  return NULL;
}

static void
check_kinds (Tour *tour, const Told *of, const char *names, bool there)
{
  g_auto(GStrv) kinds = g_strsplit (names, " ", -1);

  for (char **name = kinds; *name; name++)
    {
      int kind = **name ? pwk_event_from_name (*name) : -1;

      g_assert_true (kind >= 0 || !**name);
      if (kind >= 0 && (pwk_event_count (pwk_runner_machine (tour->runner), (PwkEventKind) kind) > tour->before[kind]) != there)
        g_error ("%s: “%s …”: %s %s", of->file, of->english, *name, there ? "does not happen" : "happens");
    }
}

static void
end_stretch (Tour *tour)
{
  const PwkMachine *machine = pwk_runner_machine (tour->runner);

  for (guint i = 0; i < tour->open->len; i++)
    {
      const Told *of = g_ptr_array_index (tour->open, i);

      check_kinds (tour, of, of->there, true);
      check_kinds (tour, of, of->not_there, false);
    }
  g_ptr_array_set_size (tour->open, 0);
  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    tour->before[kind] = pwk_event_count (machine, (PwkEventKind) kind);
}

static void
hear (PwkRunner *runner, const PwkSpot *spot, gpointer data)
{
  Tour *tour = data;
  const PwkScript *script = pwk_runner_script (runner);
  const PwkStatement *statement = pwk_script_statement (script, spot->statement);
  const char *said = pwk_runner_outcome (runner, spot->statement)->note;
  const Told *of;

  if (strcmp (statement->call, "pause") == 0)
    end_stretch (tour);
  if (strcmp (statement->call, "say") != 0)
    return;
  of = find_told (tour->file, said);
  g_assert_nonnull (g_strstr_len (statement->text, statement->text_length, of->chinese));
  g_ptr_array_add (tour->open, (gpointer) (guintptr) of);
  tour->n++;
}

static void
test_scenario (gconstpointer data)
{
  const char *file = data;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "scenarios", file, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = NULL;
  Tour tour = { .file = file, .open = g_ptr_array_new () };
  guint expected = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  script = pwk_script_parse (file, text, -1, &error);
  g_assert_no_error (error);
  tour.runner = pwk_runner_new (script, NULL, folder, &error);
  g_assert_no_error (error);
  pwk_runner_set_teller (tour.runner, hear, &tour);
  while (pwk_runner_step (tour.runner))
    continue;
  end_stretch (&tour);
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    expected += strcmp (told[i].file, file) == 0;
  g_assert_cmpuint (tour.n, ==, expected);
  g_ptr_array_unref (tour.open);
  pwk_runner_free (tour.runner);
}

/* All that are shipped and say something; traces are large and say nothing. */
int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autoptr(GDir) dir = NULL;
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  int status;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "data", "scenarios", NULL);
  dir = g_dir_open (path, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *file = g_build_filename (path, name, NULL), *text = NULL, *test = g_strdup_printf ("/tour/%s", name);

      if (!g_str_has_suffix (name, ".pwk") || !g_file_get_contents (file, &text, NULL, NULL) || !strstr (text, "\nsay("))
        continue;
      g_ptr_array_add (files, g_strdup (name));
      g_test_add_data_func (test, g_ptr_array_index (files, files->len - 1), test_scenario);
    }
  g_assert_cmpuint (files->len, >, 0);
  status = g_test_run ();
  g_ptr_array_unref (files);
  return status;
}

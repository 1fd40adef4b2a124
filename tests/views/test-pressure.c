/* test-pressure.c - random machines whose memory is short: at what happens there every picture is whole, and drawn by the grammar
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "film.h"
#include "language.h"
#include "scene-check.h"
#include "seed.h"
#include "views/views.h"

#define MAX_ITEMS 6000

/* What must have come about in some of the machines, and where pictures are looked at. */
static const PwkEventKind moments[] = {
  PWK_EV_KSWAPD_WAKE, PWK_EV_DIRECT_RECLAIM, PWK_EV_SHRINK_NODE, PWK_EV_LRU_ISOLATE, PWK_EV_FOLIO_REFERENCED, PWK_EV_SHRINK_INACTIVE,
  PWK_EV_ADD_TO_SWAP, PWK_EV_SWAP_READ, PWK_EV_DO_SWAP_PAGE, PWK_EV_WORKINGSET_REFAULT, PWK_EV_KSWAPD_SLEEP, PWK_EV_COMPACTION_BEGIN,
  PWK_EV_MIGRATE_FOLIO, PWK_EV_COMPACTION_END, PWK_EV_OUT_OF_MEMORY, PWK_EV_OOM_KILL, PWK_EV_STATEMENT_END,
};

/* --- a machine under pressure --- */

static int
pick (GRand *rand, int n)
{
  return g_rand_int_range (rand, 0, n);
}

static void
add_deed (GString *text, GRand *rand, unsigned n_nodes)
{
  const char *who = pick (rand, 2) ? "A" : "B";
  const int from = pick (rand, 12), pages = 64 << pick (rand, 5);

  switch (pick (rand, 14))
    {
    case 0: case 1: case 2: case 3:
      g_string_append_printf (text, "[%s] touch(m + %dM, %dK, \"w\", value=%d)\n", who, from, pages * 4, 1 + pick (rand, 250));
      break;
    case 4:
      g_string_append_printf (text, "[%s] touch(m + %dM, %dK, \"r\")\n", who, from, pages * 4);
      break;
    case 5:
      g_string_append_printf (text, "[%s] read(%s_log, m, %dK)\n", who, who, pages * 2);
      break;
    case 6:
      g_string_append_printf (text, "[%s] write(%s_log, m, %dK)\n", who, who, pages);
      break;
    case 7:
      {
        static const char *const advice[] = { "MADV_PAGEOUT", "MADV_COLD", "MADV_FREE", "MADV_DONTNEED", "MADV_WILLNEED" };

        g_string_append_printf (text, "[%s] madvise(m + %dM, %dK, %s)\n", who, from, pages * 4, advice[pick (rand, G_N_ELEMENTS (advice))]);
        break;
      }
    case 8:
      g_string_append_printf (text, "compact_memory(node=%d)\n", pick (rand, (int) n_nodes));
      break;
    case 9:
      g_string_append_printf (text, "repeat(%d)\n  alloc_pages(GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN, %d)\nend\n", 1 + pick (rand, 40), pick (rand, 5));
      break;
    case 10:
      g_string_append_printf (text, "sysctl(\"vm.swappiness\", %d)\n", pick (rand, 3) * 100);
      break;
    case 11:
      g_string_append_printf (text, "[%s] mlock(m + %dM, %dK)\n", who, from, pages);
      break;
    case 12:
      g_string_append_printf (text, "for(i in range(%d, %d, 4))\n  [%s] madvise(m + i * 4K, 12K, MADV_DONTNEED)\nend\n", from * 256, from * 256 + 512, who);
      break;
    default:
      g_string_append_printf (text, "tick(%d)\n", 1 + pick (rand, 5));
      break;
    }
}

/* Two processes want about twice what there is. */
static PwkNavigator *
random_machine (GRand *rand, unsigned n_nodes, bool has_swap)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, "machine(memory=%dM, swap=%dM, nodes=%u, cpus=%u, seed=%d)\n", 12 + 4 * pick (rand, 3), has_swap ? 4 << pick (rand, 3) : 0,
                          n_nodes, n_nodes, 1 + pick (rand, 1000));
  for (const char *who = "A"; who != NULL; who = *who == 'A' ? "B" : NULL)
    g_string_append_printf (text, "process(%s)\n[%s] open(\"/srv/%s\", O_RDWR|O_CREAT, size=8M) = %s_log\n"
                                  "[%s] mmap(0x20000000, 14M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE|MAP_FIXED, -1, 0) = m\n",
                            who, who, who, who, who);
  for (int i = 0; i < 40; i++)
    add_deed (text, rand, n_nodes);
  g_string_append (text, "compact_memory()\ntick(3)\n[A] touch(m, 14M, \"w\", value=9)\n[B] touch(m, 14M, \"w\", value=7)\n");
  g_test_message ("%s", text->str);
  return test_open_text (text->str);
}

/* --- the pictures --- */

typedef struct
{
  GRand *rand;
  PwkThemeVariant variant;
  unsigned n_pictures;
  bool failed;
} Look;

static void
check_view (const PwkObservation *observation, Look *look, PwkViewId view)
{
  static const struct { double width, height, scale; } canvases[] = { { 900, 600, 1 }, { 1360, 800, 1 }, { 1024, 410, 1 }, { 1200, 700, 1.5 }, { 620, 420, 1 } };
  const int chosen = pick (look->rand, G_N_ELEMENTS (canvases));
  g_autoptr(PwkTheme) theme = pwk_theme_new (look->variant);
  g_autoptr(GString) why = g_string_new (NULL);
  g_autoptr(PwkScene) scene = NULL;
  PwkViewParams params;
  bool told;

  pwk_theme_set_fonts (theme, NULL, NULL, canvases[chosen].scale);
  pwk_view_params_init (&params, view);
  params.width = canvases[chosen].width;
  params.height = canvases[chosen].height;
  params.kib = pick (look->rand, 2);
  params.colouring = (PwkColouring) pick (look->rand, PWK_N_COLOURINGS);
  if (view == PWK_VIEW_MEMORY)
    params.zoom = 1 << pick (look->rand, 6);
  scene = pwk_view_scene (observation, &params, theme);
  /* where there is room, nothing of what memory that is short does is cut */
  told = chosen < 2 && (view == PWK_VIEW_MEMORY || view == PWK_VIEW_ZONES || view == PWK_VIEW_RECLAIM);
  test_scene_check (scene, theme, told ? 0 : TEST_SCENE_ALLOW_CUTS, MAX_ITEMS, why);
  test_scene_check_grammar (scene, theme, why);
  look->n_pictures++;
  if (why->len == 0)
    return;
  look->failed = true;
  g_test_message ("%s at event %" G_GUINT64_FORMAT ", %.0fx%.0f, %s, text %.1f, zoom %.0f, %s:\n%s", pwk_view_class (view)->name, observation->position,
                  params.width, params.height, pwk_theme_variant_name (look->variant), canvases[chosen].scale, params.zoom,
                  params.kib ? "KiB" : "pages", why->str);
}

static void
check_views (const PwkObservation *observation, gpointer data)
{
  for (unsigned view = 0; view < PWK_N_VIEWS; view++)
    check_view (observation, data, (PwkViewId) view);
}

/* On one node and on two, with swap and without: each kind of moment that comes about behind some random place, in each theme in turn. */
static void
test_pictures (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed ((guint32) test_seed ());
  unsigned seen[G_N_ELEMENTS (moments)] = { 0 };
  Look look = { .rand = rand };

  for (unsigned machine = 0; machine < 4; machine++)
    {
      PwkNavigator *navigator = random_machine (rand, 1 + machine % 2, machine < 2);
      uint64_t end;
      bool is_final;

      pwk_navigator_run (navigator, 0);
      end = pwk_navigator_known_end (navigator, &is_final);
      g_assert_true (is_final);
      for (unsigned i = 0; i < G_N_ELEMENTS (moments); i++)
        {
          pwk_navigator_seek (navigator, 1 + (uint64_t) (g_rand_double (rand) * (double) end * 0.7));
          if (pwk_navigator_find (navigator, (int) moments[i], NULL, false) != PWK_STOP_REACHED)
            continue;
          seen[i]++;
          look.variant = (PwkThemeVariant) ((machine + i) % (PWK_THEME_HIGH_CONTRAST_DARK + 1));
          pwk_navigator_arrive (navigator, check_views, &look);
        }
      pwk_navigator_free (navigator);
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (moments); i++)
    g_test_message ("%s: %u", pwk_event_info (moments[i])->name, seen[i]);
  g_assert_cmpuint (look.n_pictures, >, 4 * 6 * PWK_N_VIEWS);
  if (look.failed)
    g_test_fail ();
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/pressure", test_pictures);
  return g_test_run ();
}

/* test-timeline.c - the time line as a scene: places and events, bars, marks, the table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/timeline-layout.h"

#include <string.h>

#include "scene/hit.h"
#include "scene/ids.h"

#define WIDTH  600.0
#define LOW     64.0
#define TALL   160.0
#define COLUMNS 100

/* store () 11 … 60 > access_fault 20 … 50 > alloc_pages 30 … 45 */
static PwkBar bars[] = {
  { .first = 11, .last = 60, .kind = PWK_EV_STATEMENT, .tail = PWK_EV_STATEMENT, .row = 0, .hue = PWK_HUE_CALL, .call = "store" },
  { .first = 20, .last = 50, .fault = 20, .kind = PWK_EV_ACCESS_FAULT, .tail = PWK_EV_HANDLE_MM_FAULT, .row = 1, .hue = PWK_HUE_REGION },
  { .first = 30, .last = 45, .kind = PWK_EV_MM_PAGE_ALLOC_ENTER, .tail = PWK_EV_MM_PAGE_ALLOC_ENTER, .row = 2, .hue = PWK_HUE_FRAMES },
};
static PwkColumn columns[COLUMNS];
static const PwkTimelineMark marks[] = { { 50, false, "halfway" }, { 80, true, "load" } };

static PwkStretch *
stretch (void)
{
  static PwkStretch all = {
    .query = { .first = 1, .last = 100, .n_columns = COLUMNS, .node = 0, .zone = 2 }, .first = 1, .last = 100, .is_exact = true,
    .columns = columns, .bars = bars, .n_bars = G_N_ELEMENTS (bars),
  };

  for (uint32_t c = 0; c < COLUMNS; c++)
    {
      columns[c] = (PwkColumn) { .n = c + 1, .ns = c * 10, .free_pages = 1000 - c, .min = 10, .low = 12, .high = 14, .tlb_misses = c == 18 };
      columns[c].cover[0][PWK_HUE_CALL] = c < 10 || c >= 60;
    }
  columns[19].mended[PWK_MEND_ANON] = 1;
  return &all;
}

static PwkTimelineModel
model (void)
{
  return (PwkTimelineModel) { .stretch = stretch (), .flame = stretch (), .marks = marks, .n_marks = G_N_ELEMENTS (marks), .position = 35,
                              .end = 100, .end_is_final = true };
}

static PwkScene *
lay_out (const PwkTimelineModel *line, double height, PwkThemeVariant variant)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (variant);
  PwkScene *scene = pwk_scene_new (WIDTH, height);

  pwk_timeline_layout (scene, line, theme, WIDTH, height);
  return pwk_scene_seal (scene);
}

static PwkTimelineFrame
frame_of (const PwkTimelineModel *line, double height)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);

  return pwk_timeline_frame (line, theme, WIDTH, height);
}

/* An event's place leads back to it, whatever part of history is shown; what is beside the line is its first or last event. */
static void
test_places (void)
{
  PwkTimelineModel line = model ();
  PwkTimelineFrame frame = frame_of (&line, LOW);

  for (uint64_t n = 1; n <= 100; n++)
    g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, pwk_timeline_x_of (&frame, (double) n)), ==, n);
  g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, 0), ==, 0);
  g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, WIDTH + 50), ==, 100);
  g_assert_cmpfloat (pwk_timeline_x_of (&frame, 101), <=, WIDTH);
  line.first = 30;
  line.last = 44;
  frame = frame_of (&line, TALL);
  for (uint64_t n = 30; n <= 44; n++)
    g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, pwk_timeline_x_of (&frame, (double) n)), ==, n);
  g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, 0), ==, 30);
}

static bool
has_text (const PwkScene *scene, const char *text)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (items[i].text && strcmp (items[i].text, text) == 0)
      return true;
  return false;
}

static const PwkItem *
item_at (const PwkScene *scene, PwkBox box)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (items[i].kind == PWK_ITEM_ROUNDED && fabs (items[i].box.x - box.x) < 0.01 && fabs (items[i].box.y - box.y) < 0.01
        && fabs (items[i].box.w - box.w) < 0.01)
      return &items[i];
  return NULL;
}

/* Bars lie inside each other, are found where they are drawn, and are solid if the position is among what they caused; in high contrast all are. */
static void
test_bars (void)
{
  PwkTimelineModel line = model ();
  PwkTimelineFrame frame = frame_of (&line, LOW);
  g_autoptr(PwkScene) scene = NULL, before = NULL, contrast = NULL;
  PwkBox above = { 0 }, box;

  for (guint i = 0; i < G_N_ELEMENTS (bars); i++)
    {
      double x = pwk_timeline_x_of (&frame, (double) bars[i].first) + 3;

      g_assert_true (pwk_timeline_bar_at (&frame, &line, x, frame.rows.y + (i + 0.5) * frame.row, &box) == &bars[i]);
      if (i > 0)
        {
          g_assert_cmpfloat (box.x, >=, above.x);
          g_assert_cmpfloat (box.x + box.w, <=, above.x + above.w + 1);
          g_assert_cmpfloat (box.y, >=, above.y + above.h);
        }
      above = box;
    }
  scene = lay_out (&line, LOW, PWK_THEME_LIGHT);
  g_assert_cmpfloat (item_at (scene, box)->opacity, ==, 1);
  line.position = 70;
  before = lay_out (&line, LOW, PWK_THEME_LIGHT);
  contrast = lay_out (&line, LOW, PWK_THEME_HIGH_CONTRAST);
  g_assert_cmpfloat (item_at (before, box)->opacity, <, 1);
  g_assert_cmpfloat (item_at (contrast, box)->opacity, ==, 1);
  g_assert_null (pwk_timeline_bar_at (&frame, &line, pwk_timeline_x_of (&frame, 80), frame.rows.y + 3 * frame.row, &box));
}

/* Low it has no names but those of its numbers; tall it names bars, marks, lanes, and says how many pages are free; it says what the event is part of. */
static void
test_words (void)
{
  PwkTimelineModel line = model ();
  g_autoptr(PwkScene) low = lay_out (&line, LOW, PWK_THEME_DARK), tall = lay_out (&line, TALL, PWK_THEME_DARK);

  g_assert_false (has_text (low, "store ()"));
  g_assert_true (has_text (low, "35"));
  g_assert_true (has_text (tall, "store ()"));
  g_assert_true (has_text (tall, "halfway"));
  g_assert_true (has_text (tall, "load"));
  g_assert_true (has_text (tall, "free pages"));
  g_assert_true (has_text (tall, "966"));
  g_assert_nonnull (strstr (pwk_scene_get_description (tall), "35"));
  g_assert_nonnull (strstr (pwk_scene_get_description (tall), "100"));
  g_assert_nonnull (strstr (pwk_scene_get_description (tall), "store () › access_fault › handle_mm_fault › alloc_pages"));
}

static uint32_t
painted (const PwkScene *scene, PwkRole role)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);
  uint32_t pixels = 0;

  for (size_t i = 0; i < n; i++)
    for (uint32_t c = 0; items[i].kind == PWK_ITEM_CELLS && c < items[i].cells->n_cols * items[i].cells->n_rows; c++)
      pixels += ((const uint8_t *) items[i].cells->data)[c] == role;
  return pixels;
}

/* Without the events there are the counts: never blank; and a fault among a thousand others is still two pixels. */
static void
test_columns (void)
{
  PwkTimelineModel line = model ();
  g_autoptr(PwkScene) scene = NULL, faulty = NULL;

  line.flame = NULL;
  scene = lay_out (&line, LOW, PWK_THEME_LIGHT);
  g_assert_cmpuint (painted (scene, PWK_ROLE_TEXT_DIM), >, 100);
  g_assert_cmpuint (painted (scene, PWK_ROLE_ERROR), ==, 0);
  columns[70].cover[1][PWK_HUE_TRANSLATION] = 0.999f;
  columns[70].cover[1][PWK_HUE_FAULT] = 0.001f;
  faulty = lay_out (&line, LOW, PWK_THEME_LIGHT);
  g_assert_cmpuint (painted (faulty, PWK_ROLE_ERROR), ==, 2);
}

/* The position has its number on the ruler; beside what is shown it stands at that edge, with the way to it. */
static void
test_position (void)
{
  PwkTimelineModel line = model ();
  g_autoptr(PwkScene) there = lay_out (&line, LOW, PWK_THEME_LIGHT), after = NULL, before = NULL;

  line.first = 50;
  line.last = 90;
  before = lay_out (&line, LOW, PWK_THEME_LIGHT);
  line.first = 2;
  line.last = 20;
  after = lay_out (&line, LOW, PWK_THEME_LIGHT);
  g_assert_cmpstr (pwk_scene_find (there, PWK_TIMELINE_POSITION)->text, ==, "35");
  g_assert_cmpstr (pwk_scene_find (before, PWK_TIMELINE_POSITION)->text, ==, "‹ 35");
  g_assert_cmpfloat (pwk_scene_find (before, PWK_TIMELINE_POSITION)->box.x, <, 20);
  g_assert_cmpstr (pwk_scene_find (after, PWK_TIMELINE_POSITION)->text, ==, "35 ›");
  g_assert_cmpfloat (pwk_scene_find (after, PWK_TIMELINE_POSITION)->box.x, >, WIDTH - 80);
}

/* Nothing known, and no room: there is still a picture. */
static void
test_edges (void)
{
  PwkTimelineModel empty = { .end = 0 }, line = model ();
  PwkTimelineFrame frame = frame_of (&empty, LOW);
  g_autoptr(PwkScene) nothing = lay_out (&empty, TALL, PWK_THEME_LIGHT);
  g_autoptr(PwkScene) low = lay_out (&line, 20, PWK_THEME_LIGHT);

  g_assert_nonnull (pwk_scene_get_description (nothing));
  g_assert_nonnull (pwk_scene_get_description (low));
  g_assert_cmpuint (pwk_timeline_event_at (&frame, &empty, WIDTH / 2), <=, 1);
}

/* Each lane that shows something takes its room from the free pages alone, which keep some; all of them have room in a line that is as much
 * higher as it is said to be. Lanes stand in their order and do not touch. */
static void
test_lanes (void)
{
  PwkTimelineModel line = model ();
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  PwkTimelineFrame without = frame_of (&line, 160), with, high;
  g_autoptr(PwkScene) scene = NULL;
  double more;

  for (unsigned lane = PWK_LANE_RECLAIM; lane < PWK_N_LANES; lane++)
    g_assert_cmpfloat (without.lanes[lane].h, ==, 0);
  g_assert_cmpfloat (pwk_timeline_lanes_height (line.stretch, theme), ==, 0);
  columns[30].pressure[PWK_PRESSURE_SCANNED] = 32;
  columns[30].pressure[PWK_PRESSURE_RECLAIMED] = 7;
  with = frame_of (&line, 160);
  g_assert_cmpfloat (with.lanes[PWK_LANE_RECLAIM].h, >, 0);
  g_assert_cmpfloat (with.pages.h, <, without.pages.h);
  g_assert_cmpfloat (with.lanes[PWK_LANE_FAULTS].y, ==, without.lanes[PWK_LANE_FAULTS].y);

  columns[31].pressure[PWK_PRESSURE_SWAPPED] = 4;
  columns[40].pressure[PWK_PRESSURE_SWAPPED_IN] = 8;
  columns[41].pressure[PWK_PRESSURE_REFAULTED] = 1;
  columns[50].slab[PWK_SLAB_UNRECLAIMABLE] = 3;
  columns[30].stalled[PWK_PSI_SOME] = 5000;
  columns[30].stalled[PWK_PSI_FULL] = 900;
  with = frame_of (&line, 160);
  g_assert_cmpfloat (with.pages.h, >=, 12);
  more = pwk_timeline_lanes_height (line.stretch, theme);
  high = frame_of (&line, 160 + more);
  g_assert_cmpfloat (high.pages.h, ==, without.pages.h);
  for (unsigned lane = 0; lane < PWK_N_LANES; lane++)
    {
      PwkBox box = high.lanes[lane], above = lane + 1 < PWK_N_LANES ? high.lanes[lane + 1] : high.pages;

      g_assert_cmpfloat (box.h, >, 0);
      g_assert_cmpfloat (above.y + above.h, <=, box.y);
    }
  scene = lay_out (&line, 160 + more, PWK_THEME_LIGHT);
  g_assert_true (has_text (scene, "refaults"));
}

static void
test_csv (void)
{
  g_autofree char *csv = pwk_timeline_to_csv (stretch ()), *nothing = pwk_timeline_to_csv (NULL);

  g_assert_true (g_str_has_prefix (csv, "event,ns,free_pages,min,low,high,anonymous_faults,file_faults,copies_on_write,swap_faults,tlb_misses,"
                                        "pages_scanned,pages_reclaimed,pages_swapped,stalls,pages_swapped_in,refaults,slab_reclaimable,slab_unreclaimable,stalled_some_ns,stalled_full_ns\n"
                                        "1,0,1000,10,12,14,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n2,10,999,10,12,14,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"));
  g_assert_nonnull (strstr (csv, "\n20,190,981,10,12,14,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"));
  g_assert_cmpint (nothing[strlen (nothing) - 1], ==, '\n');
}

/* A folded boot is a mark of a few pixels in front of a line of what came after it; its halves are its ends, and its mark is all of its
 * height. Unfolded it is part of the line, with a mark in the ruler. */
static void
test_boot (void)
{
  PwkTimelineModel line = model ();
  PwkTimelineFrame frame;
  g_autoptr(PwkScene) folded = NULL, open = NULL;

  line.boot_end = 40;
  line.folds_boot = true;
  frame = frame_of (&line, LOW);
  g_assert_cmpfloat (frame.left, <, 60);
  g_assert_cmpuint (frame.first, ==, 41);
  g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, frame.left - 40), ==, 0);
  g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, frame.left - 1), ==, 40);
  for (uint64_t n = 41; n <= 100; n++)
    g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, pwk_timeline_x_of (&frame, (double) n)), ==, n);
  g_assert_true (pwk_timeline_is_boot_mark (&frame, &line, frame.left - 20, 20));
  g_assert_false (pwk_timeline_is_boot_mark (&frame, &line, frame.left + 2, 20));
  folded = lay_out (&line, LOW, PWK_THEME_LIGHT);
  g_assert_nonnull (strstr (pwk_item_label (pwk_scene_find (folded, PWK_ID (PWK_THING_RULE, 0xc0000))), "40"));

  line.folds_boot = false;
  frame = frame_of (&line, LOW);
  g_assert_cmpuint (frame.first, ==, 1);
  g_assert_false (pwk_timeline_is_boot_mark (&frame, &line, frame.left + 2, 10));
  g_assert_true (pwk_timeline_is_boot_mark (&frame, &line, pwk_timeline_x_of (&frame, 41) - 2, LOW - 4));
  open = lay_out (&line, LOW, PWK_THEME_LIGHT);
  g_assert_nonnull (pwk_scene_find (open, PWK_ID (PWK_THING_RULE, 0xc0000)));

  /* nothing but a boot is shown as it is */
  line.folds_boot = true;
  line.end = line.boot_end;
  line.position = 10;
  frame = frame_of (&line, LOW);
  g_assert_cmpuint (pwk_timeline_event_at (&frame, &line, pwk_timeline_x_of (&frame, 20)), ==, 20);
  g_assert_false (pwk_timeline_is_boot_mark (&frame, &line, frame.left + 2, 10));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/timeline/places", test_places);
  g_test_add_func ("/app/timeline/bars", test_bars);
  g_test_add_func ("/app/timeline/words", test_words);
  g_test_add_func ("/app/timeline/columns", test_columns);
  g_test_add_func ("/app/timeline/position", test_position);
  g_test_add_func ("/app/timeline/edges", test_edges);
  g_test_add_func ("/app/timeline/boot", test_boot);
  g_test_add_func ("/app/timeline/csv", test_csv);
  g_test_add_func ("/app/timeline/lanes", test_lanes);
  return g_test_run ();
}

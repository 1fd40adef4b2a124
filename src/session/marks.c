/* marks.c - breakpoints and bookmarks of a session
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/marks.h"

#include "session/shared.h"

static void
clear_breakpoint (gpointer item)
{
  PwkBreakpoint *breakpoint = item;

  g_free (breakpoint->event);
  g_free (breakpoint->condition);
}

static void
clear_break (gpointer item)
{
  pwk_condition_free ((PwkCondition *) ((PwkBreak *) item)->condition);
}

static void
clear_bookmark (gpointer item)
{
  g_free (((PwkBookmark *) item)->note);
}

void
pwk_marks_init (PwkMarks *marks)
{
  marks->breakpoints = g_array_new (FALSE, FALSE, sizeof (PwkBreakpoint));
  marks->breaks = g_array_new (FALSE, FALSE, sizeof (PwkBreak));
  marks->enabled = g_array_new (FALSE, FALSE, sizeof (PwkBreak));
  marks->bookmarks = g_array_new (FALSE, FALSE, sizeof (PwkBookmark));
  g_array_set_clear_func (marks->breakpoints, clear_breakpoint);
  g_array_set_clear_func (marks->breaks, clear_break);
  g_array_set_clear_func (marks->bookmarks, clear_bookmark);
}

void
pwk_marks_clear (PwkMarks *marks)
{
  g_array_unref (marks->breakpoints);
  g_array_unref (marks->breaks);
  g_array_unref (marks->enabled);
  g_array_unref (marks->bookmarks);
  pwk_shared_unref (marks->told_breakpoints);
  pwk_shared_unref (marks->told_bookmarks);
}

/* --- breakpoints --- */

static PwkBreakpoint *
breakpoint_at (const PwkMarks *marks, guint i)
{
  return &g_array_index (marks->breakpoints, PwkBreakpoint, i);
}

static bool
add_breakpoint (PwkMarks *marks, const PwkRequest *request, GError **error)
{
  PwkBreakpoint breakpoint = { .id = request->id, .spot = request->spot, .enabled = true };
  PwkBreak brk = { .id = request->id, .kind = -1, .spot = request->spot };

  if (request->text)
    {
      PwkCondition *condition;

      if (!pwk_condition_read_filter (request->text, request->condition, &brk.kind, &condition, error))
        return false;
      brk.condition = condition;
    }
  breakpoint.event = g_strdup (request->text);
  breakpoint.condition = g_strdup (request->condition);
  g_array_append_val (marks->breakpoints, breakpoint);
  g_array_append_val (marks->breaks, brk);
  return true;
}

static void
remove_breakpoint (PwkMarks *marks, uint32_t id)
{
  for (guint i = 0; i < marks->breakpoints->len; i++)
    if (breakpoint_at (marks, i)->id == id)
      {
        g_array_remove_index (marks->breakpoints, i);
        g_array_remove_index (marks->breaks, i);
        return;
      }
}

static void
enable_breakpoint (PwkMarks *marks, uint32_t id, bool enabled)
{
  for (guint i = 0; i < marks->breakpoints->len; i++)
    if (breakpoint_at (marks, i)->id == id)
      breakpoint_at (marks, i)->enabled = enabled;
}

static void
collect_enabled (PwkMarks *marks)
{
  g_array_set_size (marks->enabled, 0);
  for (guint i = 0; i < marks->breaks->len; i++)
    if (breakpoint_at (marks, i)->enabled)
      g_array_append_val (marks->enabled, g_array_index (marks->breaks, PwkBreak, i));
}

void
pwk_marks_lend (const PwkMarks *marks, PwkNavigator *navigator)
{
  pwk_navigator_set_breaks (navigator, (const PwkBreak *) (void *) marks->enabled->data, marks->enabled->len);
}

/* --- bookmarks --- */

static void
add_bookmark (PwkMarks *marks, const PwkRequest *request)
{
  PwkBookmark bookmark = { .id = request->id, .n = request->position, .note = g_strdup (request->text) };

  g_array_append_val (marks->bookmarks, bookmark);
}

static void
remove_bookmark (PwkMarks *marks, uint32_t id)
{
  for (guint i = 0; i < marks->bookmarks->len; i++)
    if (g_array_index (marks->bookmarks, PwkBookmark, i).id == id)
      {
        g_array_remove_index (marks->bookmarks, i);
        return;
      }
}

bool
pwk_marks_carry_out (PwkMarks *marks, const PwkRequest *request, GError **error)
{
  bool sensible = true;

  g_clear_pointer (&marks->told_breakpoints, pwk_shared_unref);
  g_clear_pointer (&marks->told_bookmarks, pwk_shared_unref);
  if (request->kind == PWK_REQUEST_ADD_BREAKPOINT)
    sensible = add_breakpoint (marks, request, error);
  else if (request->kind == PWK_REQUEST_REMOVE_BREAKPOINT)
    remove_breakpoint (marks, request->id);
  else if (request->kind == PWK_REQUEST_ENABLE_BREAKPOINT)
    enable_breakpoint (marks, request->id, request->flag);
  else if (request->kind == PWK_REQUEST_ADD_BOOKMARK)
    add_bookmark (marks, request);
  else
    remove_bookmark (marks, request->id);
  collect_enabled (marks);
  return sensible;
}

/* --- telling --- */

/* True: one of them has moved. */
static bool
place_breakpoints (PwkMarks *marks, const PwkRunner *runner)
{
  bool moved = false;

  for (guint i = 0; i < marks->breakpoints->len; i++)
    {
      PwkBreakpoint *breakpoint = breakpoint_at (marks, i);
      uint64_t n = breakpoint->event || !runner ? 0 : pwk_runner_event_before (runner, breakpoint->spot.statement);

      moved |= breakpoint->n != n;
      breakpoint->n = n;
    }
  return moved;
}

static PwkBreakpoint *
copy_breakpoints (const PwkMarks *marks)
{
  guint n = marks->breakpoints->len;
  PwkBreakpoint *copy = pwk_shared_new (marks->breakpoints->data, sizeof *copy, n, clear_breakpoint);

  for (guint i = 0; i < n; i++)
    {
      copy[i].event = g_strdup (copy[i].event);
      copy[i].condition = g_strdup (copy[i].condition);
    }
  return copy;
}

static PwkBookmark *
copy_bookmarks (const PwkMarks *marks)
{
  guint n = marks->bookmarks->len;
  PwkBookmark *copy = pwk_shared_new (marks->bookmarks->data, sizeof *copy, n, clear_bookmark);

  for (guint i = 0; i < n; i++)
    copy[i].note = g_strdup (copy[i].note);
  return copy;
}

void
pwk_marks_tell (PwkMarks *marks, const PwkRunner *runner, PwkSnapshot *snapshot)
{
  if (place_breakpoints (marks, runner))
    g_clear_pointer (&marks->told_breakpoints, pwk_shared_unref);
  if (!marks->told_breakpoints)
    marks->told_breakpoints = copy_breakpoints (marks);
  if (!marks->told_bookmarks)
    marks->told_bookmarks = copy_bookmarks (marks);
  snapshot->n_breakpoints = marks->breakpoints->len;
  snapshot->breakpoints = pwk_shared_ref (marks->told_breakpoints);
  snapshot->n_bookmarks = marks->bookmarks->len;
  snapshot->bookmarks = pwk_shared_ref (marks->told_bookmarks);
}

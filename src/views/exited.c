/* exited.c - a process that a picture would be of, if it had not exited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/exited.h"

#include "engine/core/task.h"
#include "views/words.h"

#define CHIP_ROOM 10.0      /* above and below its text together */
#define MAX_WIDTH 420.0

/* Of several that had its number the last. */
static const PwkTaskExit *
exit_of (const PwkObservation *observation, PwkIndex task)
{
  for (uint32_t i = observation->n_exits; i > 0; i--)
    if (task == 0 || observation->exits[i - 1].task == task)
      return &observation->exits[i - 1];
  return NULL;
}

void
pwk_exited_read (PwkExited *exited, const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  PwkIndex task = pwk_view_task (observation, params);
  const PwkTaskExit *exit;

  if (task != 0 && pwk_task (machine, task)->mm != 0)
    return;
  exit = exit_of (observation, task);
  if (exit == NULL)
    return;
  exited->n = exit->n;
  exited->name = pwk_words_task (machine, exit->task);
}

void
pwk_exited_clear (PwkExited *exited)
{
  g_clear_pointer (&exited->name, g_free);
}

char *
pwk_exited_say (const PwkExited *exited)
{
  g_autofree char *n = pwk_format_count (exited->n);

  /* Translators: a process, as “A (pid 1)”, and the number of an event */
  return g_strdup_printf (_("%s exited at event %s."), exited->name, n);
}

void
pwk_pen_exited (const PwkPen *pen, PwkBox box, const PwkExited *exited)
{
  const char *text = pwk_pen_take (pen, pwk_exited_say (exited));
  const char *chip = _("Its last moment");
  double width = fmin (box.w, MAX_WIDTH), height, top = box.y;
  double chip_h = fmin (pwk_pen_line (pen, PWK_FONT_NORMAL) + CHIP_ROOM, box.h);
  double chip_w = fmin (pwk_pen_width (pen, PWK_FONT_NORMAL, chip) + 2 * PWK_PADDING, width);
  PwkItem *item;

  pwk_text_size (pen->theme, PWK_FONT_NORMAL, text, width, NULL, &height);
  height = ceil (height);
  if (height + PWK_GAP + chip_h <= box.h)
    {
      top += (box.h - height - PWK_GAP - chip_h) / 2;
      item = pwk_pen_text (pen, pwk_box (box.x + (box.w - width) / 2, top, width, height),
                           PWK_FONT_NORMAL, PWK_ROLE_TEXT, PWK_ALIGN_CENTRE, text);
      item->flags |= PWK_FLAG_WRAP;
      top += height + PWK_GAP;
    }
  item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_EVENT, exited->n),
                                pwk_box (box.x + (box.w - chip_w) / 2, top, chip_w, chip_h),
                                PWK_ROLE_PANEL, 6.0);
  item->stroke = PWK_ROLE_OUTLINE;
  item->text = chip;
  item->font = PWK_FONT_NORMAL;
  item->ellipsize = PWK_ELLIPSIZE_END;
  pwk_pen_thing (pen, item, "%s", text);
}

const PwkItem *
pwk_exited_item (const PwkScene *scene)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (pwk_id_thing (items[i].id) == PWK_THING_EVENT)
      return &items[i];
  return NULL;
}

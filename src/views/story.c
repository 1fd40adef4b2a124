/* story.c - what happened, a sentence an event
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/story.h"

#include <string.h>

#include "views/explain.h"
#include "views/view-common.h"

#define SENTENCE_GAP  4.0
#define LEAST_HEIGHT 60.0

void
pwk_story_add (PwkStory *story, const PwkMachine *machine, const PwkEvent *event)
{
  if (story->n == PWK_STORY_LENGTH)
    {
      g_free (story->sentences[0]);
      memmove (story->sentences, story->sentences + 1,
               (PWK_STORY_LENGTH - 1) * sizeof *story->sentences);
      story->n--;
    }
  story->sentences[story->n++] = pwk_explain_event (machine, event);
}

void
pwk_story_clear (PwkStory *story)
{
  for (unsigned i = 0; i < story->n; i++)
    g_free (story->sentences[i]);
  story->n = 0;
}

/* The first of those that fit into @box together with all behind them; the newest in any case. */
static unsigned
first_that_fits (const PwkPen *pen, PwkBox box, const PwkStory *story)
{
  unsigned first = story->n;
  double used = 0, height;

  while (first > 0)
    {
      pwk_text_size (pen->theme, PWK_FONT_SMALL, story->sentences[first - 1], box.w, NULL, &height);
      used += ceil (height) + (first < story->n ? SENTENCE_GAP : 0);
      if (used > box.h && first < story->n)
        break;
      first--;
    }
  return first;
}

static void
tell (const PwkPen *pen, PwkBox *rest, PwkRole role, const char *sentence)
{
  double used = pwk_pen_paragraph (pen, *rest, PWK_FONT_SMALL, role, sentence);

  pwk_cut_top (rest, used, SENTENCE_GAP);
}

void
pwk_pen_story (const PwkPen *pen,
               uint64_t id,
               PwkBox box,
               const char *title,
               const char *lead,
               const PwkStory *story,
               const char *nothing)
{
  PwkBox rest;

  if (box.h < LEAST_HEIGHT)
    return;
  rest = pwk_pen_panel (pen, id, box, title, NULL);
  if (lead)
    tell (pen, &rest, PWK_ROLE_ACCENT, lead);
  if (!lead && story->n == 0)
    tell (pen, &rest, PWK_ROLE_TEXT_DIM, nothing);
  for (unsigned i = first_that_fits (pen, rest, story); i < story->n; i++)
    tell (pen, &rest, i + 1 == story->n ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, story->sentences[i]);
}

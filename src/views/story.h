/* story.h - what happened, a sentence an event: gathered while a model is built, told by
 * pwk_pen_story ()
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"

#define PWK_STORY_LENGTH 8

/* Part of a model; all zero is an empty one. */
typedef struct
{
  char    *sentences[PWK_STORY_LENGTH];   /* owned; oldest first */
  unsigned n;
} PwkStory;

/* The event's sentence (views/explain.h); of a full story the oldest goes. */
void pwk_story_add   (PwkStory *story, const PwkMachine *machine, const PwkEvent *event);
void pwk_story_clear (PwkStory *story);

/* film.h - the motion of a view from one event of a scenario to the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/blend.h"
#include "session/navigator.h"
#include "views/views.h"

/* A scenario that the program brings along, by its name, or one that stands in the test. */
PwkNavigator *test_open_scenario (const char *name);
PwkNavigator *test_open_text     (const char *text);

/* Owned: both pictures, and what is between them. */
typedef struct
{
  PwkScene *before, *after;
  PwkBlend *blend;
} TestFilm;

/* The motion that leads from event @position - @back to @position. */
TestFilm  *test_film_new   (PwkNavigator *navigator, const PwkViewParams *params, const PwkTheme *theme, uint64_t position, uint64_t back);
void       test_film_free  (TestFilm *self);

/* The number of the next event of @kind behind the navigator's position, which is there then; fails the test if there is none. */
uint64_t   test_find_event (PwkNavigator *navigator, PwkEventKind kind);

/* The first item of @scene that draws the thing @id as @kind, NULL if none does. */
const PwkItem *test_drawn_as (const PwkScene *scene, uint64_t id, PwkItemKind kind);

/* Where that item is at @phase, 0 … 1, of the motion, and how much of it is seen. */
PwkBox     test_film_box     (const TestFilm *self, double phase, uint64_t id, PwkItemKind kind);
double     test_film_opacity (const TestFilm *self, double phase, uint64_t id, PwkItemKind kind);

/* Within a tenth of a unit. */
void       test_assert_box (PwkBox box, PwkBox expected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFilm, test_film_free)

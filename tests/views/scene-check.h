/* scene-check.h - what must be true of every view's picture, whatever it shows
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"
#include "scene/theme.h"

typedef enum
{
  TEST_SCENE_ALLOW_CUTS = 1 << 0,       /* texts that end in an ellipsis are not told */
} TestSceneFlags;

/* The scene is sealed; every thing that keys or the pointer reach says what it is; all lies inside the picture; no text leaves the box of
 * the panel around it; no two texts lie on one another; no text is clipped at its edge; there are at most @max_items items. False with
 * a line for each violation in @why. */
bool  test_scene_check   (const PwkScene *scene, const PwkTheme *theme, TestSceneFlags flags, size_t max_items, GString *why);

/* The visual grammar: ink stands out from what it lies on (4.5, in high contrast 7), no text lies on a pattern or is crossed by a line, none is
 * under 9 pt, none is cut that no tooltip tells. False with a line for each violation in @why. */
bool  test_scene_check_grammar (const PwkScene *scene, const PwkTheme *theme, GString *why);

/* Whether a text of the scene has these words. */
bool  test_scene_says    (const PwkScene *scene, const char *words);

/* Structure of a scene as text: an item a line, with kind, id, roles, flags and text; boxes where fonts do not matter (inside a clip). */
char *test_scene_dump    (const PwkScene *scene);

/* Compares with tests/views/golden/@name.txt, prints what differs and fails the test; with --update (or PAGEWALK_UPDATE_GOLDEN set) writes
 * the file instead. */
void  test_scene_golden  (const PwkScene *scene, const char *name);
/* The light theme, in which pictures are exported and goldens are drawn: its fonts, Inter and JetBrains Mono, are the ones that are used. Where
 * they are not installed the test ends with what to install, since what fits would be another thing. */
PwkTheme *test_scene_theme (void);
/* Takes --update out of the arguments; call before g_test_init (). */
void  test_scene_init    (int *argc, char **argv);

/* picture.h - pictures of views as files, for run --export and export
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "scenario/runner.h"

/* What pictures are wanted: VIEW=FILE each. */
typedef struct _PwkPictures PwkPictures;

/* @wishes: "VIEW=FILE", NULL-terminated, or NULL for none. Errors: no such view, no such form of picture. */
PwkPictures *pwk_pictures_new   (char **wishes, GError **error);
void         pwk_pictures_free  (PwkPictures *pictures);
/* One more. @width, @height: 0 the usual size. @theme: its name, or NULL. */
bool         pwk_pictures_add   (PwkPictures *pictures, const char *view, const char *file, double width, double height, const char *theme,
                                 GError **error);
/* Runs the scenario from its beginning to @step (not given: to its end) and writes the pictures as of that moment, which may lie inside of
 * a statement. Does nothing if no picture is wanted. */
bool         pwk_pictures_write (PwkPictures *pictures, PwkScript *script, const char *const *overrides, const char *folder,
                                 const PwkStep *step, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkPictures, pwk_pictures_free)

/* picture.h - pictures of views as files, for run --export and export
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "scenario/runner.h"

/* What pictures are wanted. */
typedef struct _PwkPictures PwkPictures;

/* One of them. Strings are borrowed. */
typedef struct
{
  const char *view;             /* its name */
  const char *file;
  const char *theme;            /* its name, or NULL for print */
  double      width, height;    /* of the picture; both 0: what is in it decides */
  unsigned    scale;            /* PNG: pixels a unit; 0 is 1 */
  bool        transparent;
  bool        no_caption;
} PwkPictureWish;

/* @wishes: "VIEW=FILE", NULL-terminated, or NULL for none. Errors: no such view, no such form of picture. */
PwkPictures *pwk_pictures_new   (char **wishes, GError **error);
void         pwk_pictures_free  (PwkPictures *pictures);
/* One more. */
bool         pwk_pictures_add   (PwkPictures *pictures, const PwkPictureWish *wish, GError **error);
/* Runs the scenario from its beginning to @step (not given: to its end) and writes the pictures as of that moment, which may lie inside of
 * a statement. With @until, the motion from there up to it: an SVG plays itself, a PNG becomes numbered ones, FILE-0001.png …. Does nothing
 * if no picture is wanted. */
bool         pwk_pictures_write (PwkPictures *pictures, PwkScript *script, const char *const *overrides, const char *folder,
                                 const PwkStep *step, const PwkStep *until, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkPictures, pwk_pictures_free)

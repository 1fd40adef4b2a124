/* moment.h - the place in history that a picture shows, carried in its metadata
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "scene/box.h"

/* Scenarios longer than this are named and hashed, not carried. */
#define PWK_MOMENT_MAX_TEXT (1024 * 1024)

/* The PNG iTXt keyword. */
#define PWK_MOMENT_KEYWORD "pagewalk:moment"
#define PWK_MOMENT_NAMESPACE "https://pagewalk.github.io/ns/moment/1"

/* Scenario + event number (+ view and viewport): names any moment of any run exactly. All strings are
 * the moment's own and UTF-8. */
typedef struct
{
  char     *name;           /* of the scenario, as "first-look.pwk" */
  char     *text;           /* the scenario, or NULL if it was too long to carry */
  char     *sha256;         /* of the scenario, 64 lower-case hexadecimal digits */
  uint64_t  event;          /* event number, counted from boot */
  char     *view;           /* "buddy" …; "" if none */
  PwkBox    viewport;       /* what of the view was visible, in its units; all 0 for the whole */
  double    zoom;           /* 1.0 = 100 % */
} PwkMoment;

typedef enum
{
  PWK_MOMENT_ERROR_NOT_A_PICTURE,   /* neither PNG, SVG nor PDF */
  PWK_MOMENT_ERROR_NONE,            /* a picture, but without a moment */
  PWK_MOMENT_ERROR_DAMAGED,         /* there is one, but it does not decode or does not match its SHA-256 */
} PwkMomentError;

#define PWK_MOMENT_ERROR (pwk_moment_error_quark ())
GQuark     pwk_moment_error_quark (void);

/* Computes the hash of @text; keeps @text only up to PWK_MOMENT_MAX_TEXT bytes. */
PwkMoment *pwk_moment_new (const char *name, const char *text, uint64_t event, const char *view);
PwkMoment *pwk_moment_copy (const PwkMoment *moment);
void       pwk_moment_free (PwkMoment *moment);
bool       pwk_moment_equal (const PwkMoment *a, const PwkMoment *b);

/* One line of ASCII, "pagewalk-moment:1;name=…;event=…;…", and back; NULL and PWK_MOMENT_ERROR_DAMAGED
 * when it is not one. The text goes in as base64 of a zlib stream. */
char      *pwk_moment_to_string (const PwkMoment *moment);
PwkMoment *pwk_moment_from_string (const char *string, GError **error);

/* The <metadata> element of an SVG, without the xml header. */
char      *pwk_moment_to_svg (const PwkMoment *moment);

/* A copy of @png with the moment in an iTXt chunk before the image data; NULL and
 * PWK_MOMENT_ERROR_NOT_A_PICTURE if @png is none. */
GBytes    *pwk_moment_into_png (const PwkMoment *moment, GBytes *png, GError **error);

/* Finds the moment in the bytes or the file of a PNG, SVG or PDF picture. False with G_FILE_ERROR or
 * PWK_MOMENT_ERROR; then @moment is untouched. */
bool       pwk_moment_read (const void *data, size_t length, PwkMoment **moment, GError **error);
bool       pwk_moment_read_file (const char *filename, PwkMoment **moment, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkMoment, pwk_moment_free)

/* moment-private.h - what the two halves of moment.h share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/moment.h"

/* Sets the field that the file formats call @key; false and PWK_MOMENT_ERROR_DAMAGED if @word is no value
 * for it. Unknown keys are passed over. */
bool pwk_moment_set_field (PwkMoment *moment, const char *key, const char *word, GError **error);

/* Whether a carried scenario has the SHA-256 that the moment names. */
bool pwk_moment_verify (const PwkMoment *moment, GError **error);

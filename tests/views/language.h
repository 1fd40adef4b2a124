/* language.h - the language that tests of words run in
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/* Texts come in the language of the environment (LANGUAGE), from the catalogues in PAGEWALK_LOCALEDIR if that is given. */
void test_language_init       (void);
bool test_language_is_chinese (void);
/* False if the language is Chinese and @text holds no character of its writing. */
bool test_is_translated       (const char *text);

/* names-private.h - the table behind names.h
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/names.h"

extern const PwkConstant pwk_names_table[];
extern const size_t      pwk_names_table_length;

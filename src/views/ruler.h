/* ruler.h - an address as bits in their places: cut into fields, hex digits over their four bits
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/view-common.h"

/*      47          39   38          30          numbers of a field's first and last bit
 *          7      f      f      f      f        hex digits, each over its own four bits
 *      [011111111]      [111111111]             the bits
 *        pgd 255          pud 511               name and value
 */
typedef struct
{
  unsigned    low, bits;      /* lowest bit, and how many */
  double      x, w;           /* of its box */
  const char *name, *value;   /* below it; NULL none */
  /* nothing looks its bits up: all dim, and they fold where it is narrow */
  bool        passive;
  bool        used;           /* has been looked up: a foot in the colour of */
  PwkRole     foot;           /* what it led to */
  PwkRole     light;          /* NONE, or a frame around it: FLASH now, ERROR it stopped here */
  const char *label;          /* aloud */
} PwkRulerField;

/* All of it from the numbers to the names; where in that the boxes lie. */
double pwk_ruler_height     (const PwkPen *pen);
PwkBox pwk_ruler_box        (const PwkPen *pen, const PwkRulerField *field, double y);
void   pwk_pen_ruler        (const PwkPen *pen, double y, uint64_t addr,
                             const PwkRulerField *fields, unsigned n_fields);
/* A frame around @box that says: here, now (FLASH), or: it stopped here (ERROR). */
void   pwk_pen_light        (const PwkPen *pen, PwkBox box, double radius, PwkRole role);

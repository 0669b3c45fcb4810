#include "Subscription.h"

void dcsSubscribe(DcsLine &line, const char *gauge, uint8_t id, int8_t precision, uint8_t rate) {
  line.begin('2', gauge);
  line.add(' ');
  line.addNumber(id);
  line.add(' ');
  line.addNumber(precision);
  line.add(' ');
  line.addNumber(rate);
}

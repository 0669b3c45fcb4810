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

void dcsSubscribeText(DcsLine &line, uint8_t indicator, const char *element, uint8_t id) {
  line.beginText(indicator, element);
  line.add(' ');
  line.addNumber(id);
}

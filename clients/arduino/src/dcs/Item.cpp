#include "Item.h"

#include "Cockpit.h"

DcsItem::DcsItem(DcsMaster &cockpit, const DcsSpec &flashSpec) : spec_(&flashSpec) {
  cockpit.add(*this);
}

void DcsPin::beginOutput() const {
  pinMode(number(), OUTPUT);
  write(false);
}

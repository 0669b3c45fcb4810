"""Plot: values over time, paused and zoomed."""

from playwright.sync_api import expect


def test_values_are_plotted_paused_and_zoomed(cockpit, client):
    page = cockpit.page
    cockpit.open("THROTTLE").get_by_role("button", name="Plot Throttle").click()
    row = page.locator('.legend-row[data-name="THROTTLE"]')
    expect(row.locator(".legend-value")).to_have_text("0.80")
    page.get_by_label("Search for a value to plot").fill("Engine_RPM")
    page.locator('[data-add="gauge Engine_RPM"]').click()
    expect(page.locator(".legend-row")).to_have_count(2)
    client.send("1 THROTTLE 0.3")
    expect(row.locator(".legend-value")).to_have_text("0.30")
    assert page.locator("canvas").evaluate(PAINTED) > 50
    page.get_by_role("button", name="Pause").click()
    client.send("1 THROTTLE 0.8")
    client.send("2 THROTTLE 1 2")
    client.wait_for("2 1 0.80000")
    expect(row.locator(".legend-value")).to_have_text("0.3")
    page.locator("canvas").hover()
    page.mouse.wheel(0, -100)
    expect(page.get_by_role("button", name="1 min")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Pause").click()
    page.mouse.move(5, 5)
    expect(row.locator(".legend-value")).to_have_text("0.80")
    page.get_by_role("button", name="Remove THROTTLE").click()
    expect(page.locator(".legend-row")).to_have_count(1)


PAINTED = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let n = 0; n < data.length; n += 4) if (data[n] > 180 && data[n + 1] > 90 && data[n + 2] < 90 && data[n + 3] > 100) painted += 1;
  return painted;
}"""

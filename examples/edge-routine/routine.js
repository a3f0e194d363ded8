// The Edge Routine: prices are cached by the Cache API under their own URL, for an hour.
addEventListener("fetch", (event) => event.respondWith(prices(event.request)));

async function prices(request) {
  const key = "http://er.example.com/prices";
  const cached = await cache.get(key);
  if (cached) return cached;
  const response = await fetch("http://origin.example.com/prices.json");
  await cache.put(key, new Response(response.body, { headers: { "cache-control": "max-age=3600" } }));
  return cache.get(key);
}

export default `Declares which response header of the origin carries cache tags, for one version of an ESA site.

ESA attaches tags when it caches an object, by the header that is set at that moment. So a change applies to what is cached from then on; purge or refill what is there. The setting always exists: creating this resource takes it over (with a warning if somebody had set it), and \`onDelete\` says what deleting does.

Import by \`siteId\` or \`siteId/siteVersion\`: \`pulumi import edgecache:esa:CacheTagConfig tags 5407498413000/0\`.`;

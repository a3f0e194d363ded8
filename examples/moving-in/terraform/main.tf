# What moves: two fields of the site, and the purge of a release. The rest of the site stays here.
resource "alicloud_esa_site" "site" {
  site_name        = "example.com"
  instance_id      = var.instance_id
  coverage         = "domestic"
  access_type      = "CNAME"
  tag_name         = "Edge-Cache-Tag"
  case_insensitive = "on"
}

resource "tencentcloud_teo_purge_task" "release" {
  zone_id = "zone-2o1xvpmq7nn1"
  type    = "purge_cache_tag"
  targets = ["release"]

  lifecycle {
    # The only way to purge again: make the resource anew.
    replace_triggered_by = [terraform_data.release]
  }
}

resource "terraform_data" "release" {
  input = var.release
}

variable "instance_id" {
  type = string
}

variable "release" {
  type = string
}

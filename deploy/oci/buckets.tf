resource "oci_objectstorage_bucket" "input" {
  compartment_id        = var.compartment_ocid
  namespace             = local.namespace
  name                  = "${var.name}-uploads"
  access_type           = "NoPublicAccess"
  object_events_enabled = true
}

resource "oci_objectstorage_bucket" "output" {
  compartment_id = var.compartment_ocid
  namespace      = local.namespace
  name           = "${var.name}-streams"
  # How viewers get at it is yours to choose: docs/serving.md.
  access_type = "NoPublicAccess"
}

# Parts of uploads that were given up stay, and cost, until somebody aborts them. The service itself must be allowed to: see rights.tf.
resource "oci_objectstorage_object_lifecycle_policy" "abandoned" {
  for_each   = toset([oci_objectstorage_bucket.input.name, oci_objectstorage_bucket.output.name])
  depends_on = [oci_identity_policy.rights]
  namespace  = local.namespace
  bucket     = each.value
  rules {
    name        = "abort-abandoned-uploads"
    action      = "ABORT"
    is_enabled  = true
    target      = "multipart-uploads"
    time_amount = 2
    time_unit   = "DAYS"
  }
}

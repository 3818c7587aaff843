variable "region" {
  description = "Such as eu-frankfurt-1."
  type        = string
}

variable "home_region" {
  description = "The tenancy's home region."
  type        = string
}

variable "tenancy_ocid" {
  type = string
}

variable "compartment_ocid" {
  type = string
}

variable "name" {
  description = "Begins the names of everything that is made."
  type        = string
  default     = "laddermill"
}

variable "image_tag" {
  type    = string
  default = "latest"
}

variable "shape" {
  description = "Of the container instances."
  type        = string
  default     = "CI.Standard.E4.Flex"
}

variable "ocpus" {
  type    = number
  default = 4
}

variable "memory_in_gbs" {
  type    = number
  default = 16
}

variable "streaming_protocol" {
  description = "HLS, DASH or both with a comma."
  type        = string
  default     = "HLS,DASH"
}

"""The register of duties: what is fixed, what is flexible, who says so and how sure we are."""

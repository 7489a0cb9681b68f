"""Values and rules of the office work: no I/O, no clock, nothing imported from other layers."""
